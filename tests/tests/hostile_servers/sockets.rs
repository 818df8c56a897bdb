use std::time::Duration;

use signalr::InvokeError;
use signalr::client::ConnectionState;
use signalr::error::CloseReason;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::server::{drain, frame, over_socket, text};
use crate::watch::{Ends, soon};

/// How a connection ends whose server sends these bytes after the handshake.
async fn ended(bytes: Vec<u8>) -> CloseReason {
    let link = over_socket(move |mut stream: TcpStream| {
        let bytes = bytes.clone();
        async move {
            stream.write_all(&text("{}\u{1e}")).await?;
            stream.write_all(&bytes).await?;
            drain(stream).await
        }
    })
    .await
    .build()
    .expect("valid");
    let mut ends = Ends::of(&link);
    soon(link.start()).await.expect("a handshake");
    let reason = ends.next().await;
    assert_eq!(link.state(), ConnectionState::Disconnected);
    reason
}

#[tokio::test]
async fn every_status_of_a_close_ends_the_connection() {
    for status in [
        0_u16, 1, 999, 1000, 1001, 1002, 1003, 1004, 1005, 1006, 1007, 1011, 1012, 1013, 1015,
        1016, 2999, 3000, 4999, 5000, 65_535,
    ] {
        let reason = ended(frame(0x88, &status.to_be_bytes())).await;
        if status == 1000 {
            assert_eq!(reason, CloseReason::TransportClosed);
        } else {
            assert!(
                matches!(reason, CloseReason::TransportLost(_)),
                "{status}: {reason:?}"
            );
        }
    }
}

#[tokio::test]
async fn a_close_without_a_status_or_with_half_of_one_ends_the_connection() {
    for (payload, closes) in [
        (&b""[..], false),
        (b"\x03", false),
        (b"\x03\xe8\xff\xff", false),
        (b"\x03\xe8bye", true),
    ] {
        let reason = ended(frame(0x88, payload)).await;
        let expected = matches!(reason, CloseReason::TransportClosed);
        let shown = payload.escape_ascii();
        assert_eq!(expected, closes, "{shown}: {reason:?}");
        assert!(reason.allows_reconnect(), "{shown}: {reason:?}");
    }
}

#[tokio::test]
async fn frames_that_break_the_rules_lose_the_connection() {
    let masked = {
        let mut bytes = frame(0x81, b"");
        bytes[1] |= 0x80;
        bytes.extend([1, 2, 3, 4]);
        bytes
    };
    let far_too_long = [&[0x82, 127][..], &u64::MAX.to_be_bytes()].concat();
    for (what, bytes) in [
        ("masked", masked),
        ("a reserved bit", frame(0xc1, b"")),
        ("an unknown opcode", frame(0x83, b"")),
        ("an unknown control frame", frame(0x8b, b"")),
        ("a ping in two pieces", frame(0x09, b"")),
        ("a ping that is too long", frame(0x89, &[b'x'; 126])),
        ("a close that is too long", frame(0x88, &[b'x'; 126])),
        ("nothing to continue", frame(0x80, b"x")),
        (
            "a message within a message",
            [frame(0x01, b"{"), text("{")].concat(),
        ),
        ("no UTF-8", frame(0x81, &[0xc3, 0x28])),
        ("half a character at the end", frame(0x81, &[0xc3])),
        ("an impossible length", far_too_long),
    ] {
        let reason = ended(bytes).await;
        assert!(
            matches!(reason, CloseReason::TransportLost(_)),
            "{what}: {reason:?}"
        );
    }
}

#[tokio::test]
async fn a_flood_of_pings_is_no_sign_of_the_hub() {
    let link = over_socket(async |mut stream: TcpStream| {
        stream.write_all(&text("{}\u{1e}")).await?;
        // Nobody reads the pongs.
        loop {
            stream
                .write_all(&frame(0x89, &[b'x'; 125]).repeat(100))
                .await?;
        }
    })
    .await
    .server_timeout(Duration::from_millis(500))
    .build()
    .expect("valid");
    let mut ends = Ends::of(&link);
    soon(link.start()).await.expect("a handshake");
    let reason = ends.next().await;
    assert!(
        matches!(reason, CloseReason::ServerTimeout(_)),
        "{reason:?}"
    );
}

#[tokio::test]
async fn a_server_that_never_reads_holds_up_calls_but_not_the_stop() {
    let link = over_socket(async |mut stream: TcpStream| {
        stream.write_all(&text("{}\u{1e}")).await?;
        loop {
            stream.write_all(&text("{\"type\":6}\u{1e}")).await?;
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    })
    .await
    .server_timeout(Duration::from_secs(3))
    .call_timeout(Duration::from_secs(1))
    .build()
    .expect("valid");
    soon(link.start()).await.expect("a handshake");
    // Far more than the network takes.
    let text = "x".repeat(100_000);
    let mut calls = tokio::task::JoinSet::new();
    for _ in 0..200 {
        calls.spawn(link.invoke::<()>("Take", (&text,)));
    }
    while let Some(call) = soon(calls.join_next()).await {
        let error = call.expect("no panic").expect_err("no answer");
        assert!(matches!(error, InvokeError::TimedOut(_)), "{error:?}");
    }
    assert_eq!(link.state(), ConnectionState::Connected);
    soon(link.stop()).await;
    assert_eq!(link.state(), ConnectionState::Disconnected);
}
