use std::future::poll_fn;

use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};

use super::*;

fn masked(opcode: u8, payload: &[u8]) -> Vec<u8> {
    let mask = [0x11, 0x22, 0x33, 0x44];
    let mut frame = vec![opcode];
    match payload.len() {
        short @ 0..126 => frame.push(0x80 | u8::try_from(short).expect("short")),
        long => {
            frame.push(0x80 | 126);
            frame.extend(u16::try_from(long).expect("medium").to_be_bytes());
        }
    }
    frame.extend(mask);
    frame.extend(
        payload
            .iter()
            .zip(mask.into_iter().cycle())
            .map(|(b, m)| b ^ m),
    );
    frame
}

fn pair() -> (WebSocket<DuplexStream>, DuplexStream) {
    let (server, client) = duplex(1 << 16);
    (WebSocket::server(server, Bytes::new()), client)
}

async fn receive(
    socket: &mut WebSocket<DuplexStream>,
) -> Result<(Received, Vec<u8>), TransportError> {
    let mut bytes = Vec::new();
    let received = poll_fn(|cx| socket.poll_receive(cx, &mut bytes)).await?;
    Ok((received, bytes))
}

#[tokio::test]
async fn payloads_arrive_however_they_are_cut() {
    let payload: Vec<u8> = (0..=255).cycle().take(700).collect();
    let mut wire = masked(0x02, &payload[..300]);
    wire.extend(masked(0x8a, b"pong"));
    wire.extend(masked(0x80, &payload[300..]));
    for cut in 1..wire.len() {
        let (mut socket, mut client) = pair();
        let mut got = Vec::new();
        for piece in [&wire[..cut], &wire[cut..]] {
            client.write_all(piece).await.expect("room");
            let _ = poll_fn(|cx| {
                while socket.poll_receive(cx, &mut got).is_ready() {}
                Poll::Ready(())
            })
            .await;
        }
        assert_eq!(got, payload, "cut at {cut}");
    }
}

#[tokio::test]
async fn text_is_utf8_wherever_it_is_cut() {
    let text = "aé你😀".as_bytes();
    for first in 0..=text.len() {
        let mut wire = masked(0x01, &text[..first]);
        wire.extend(masked(0x80, &text[first..]));
        let (mut socket, mut client) = pair();
        let mut got = Vec::new();
        for byte in wire {
            client.write_all(&[byte]).await.expect("room");
            let received = poll_fn(|cx| match socket.poll_receive(cx, &mut got) {
                Poll::Ready(outcome) => Poll::Ready(outcome.map(drop)),
                Poll::Pending => Poll::Ready(Ok(())),
            })
            .await;
            received.expect("valid text");
        }
        assert_eq!(got, text);
    }
    for (bad, what) in [
        (&text[..2], "unfinished"),
        (&[b'a', 0xff][..], "no character"),
    ] {
        let (mut socket, mut client) = pair();
        client.write_all(&masked(0x81, bad)).await.expect("room");
        assert!(receive(&mut socket).await.is_err(), "{what}");
    }
}

#[tokio::test]
async fn a_ping_is_answered_and_a_close_ends_with_1000() {
    let (mut socket, mut client) = pair();
    client.write_all(&masked(0x89, b"hi")).await.expect("room");
    client
        .write_all(&masked(0x88, &3001u16.to_be_bytes()))
        .await
        .expect("room");
    let (received, _) = receive(&mut socket).await.expect("in order");
    assert_eq!(received, Received::Closed);
    poll_fn(|cx| socket.poll_close(cx, Ending::Fault)).await;
    let mut answer = Vec::new();
    client.read_to_end(&mut answer).await.expect("readable");
    assert_eq!(answer, [0x8a, 2, b'h', b'i', 0x88, 2, 0x03, 0xe8]);
}

#[tokio::test]
async fn bytes_behind_the_request_are_read_first() {
    let (server, mut client) = duplex(64);
    let early = masked(0x82, b"early ");
    let mut socket = WebSocket::server(server, Bytes::from(early));
    client
        .write_all(&masked(0x82, b"late"))
        .await
        .expect("room");
    assert_eq!(receive(&mut socket).await.expect("data").1, b"early ");
    assert_eq!(receive(&mut socket).await.expect("data").1, b"late");
}

#[tokio::test]
async fn rules_are_kept() {
    for (wire, status, what) in [
        (vec![0x81, 0x01, b'x'], 1002_u16, "not masked"),
        (masked(0x83, b""), 1002, "unknown opcode"),
        (masked(0xc1, b""), 1002, "reserved bit"),
        (masked(0x80, b"x"), 1002, "nothing to continue"),
        (masked(0x09, b""), 1002, "cut control"),
        (masked(0x89, &[0; 126]), 1002, "long control"),
        (masked(0x81, &[0xff]), 1007, "no text"),
        (masked(0x88, &[3]), 1002, "half a status"),
        (
            masked(0x88, &1005_u16.to_be_bytes()),
            1002,
            "no such status",
        ),
        (
            masked(0x88, &[3, 0xe8, 0xff]),
            1002,
            "a reason that is no text",
        ),
    ] {
        let (mut socket, mut client) = pair();
        client.write_all(&wire).await.expect("room");
        // The unmasked frame is shorter than a header with a mask.
        client.write_all(&[0; 8]).await.expect("room");
        assert!(receive(&mut socket).await.is_err(), "{what}");
        drop(socket);
        let mut answer = Vec::new();
        client.read_to_end(&mut answer).await.expect("readable");
        assert_eq!(answer[..2], [0x88, 2], "{what}");
        assert_eq!(answer[2..], status.to_be_bytes(), "{what}");
    }
}

#[tokio::test]
async fn a_pong_that_the_socket_does_not_take_yet_stays_whole() {
    let (server, mut client) = duplex(16);
    let mut socket = WebSocket::server(server, Bytes::new());
    let ping = masked(0x89, &[b'p'; 20]);
    client.write_all(&ping[..16]).await.expect("room");
    let mut bytes = Vec::new();
    let mut look = async || {
        poll_fn(|cx| {
            assert!(socket.poll_receive(cx, &mut bytes).is_pending());
            // As a connection does before it hands a payload over.
            Poll::Ready(socket.poll_flush(cx).is_pending())
        })
        .await
    };
    look().await;
    client.write_all(&ping[16..]).await.expect("room");
    assert!(look().await, "the pong is longer than the socket's buffer");
    let mut pong = [0; 22];
    client.read_exact(&mut pong[..16]).await.expect("readable");
    assert!(!look().await);
    client.read_exact(&mut pong[16..]).await.expect("readable");
    assert_eq!(pong[..2], [0x8a, 20]);
    assert_eq!(pong[2..], [b'p'; 20]);
}

#[tokio::test]
async fn a_payload_leaves_in_one_frame() {
    let (mut socket, mut client) = pair();
    socket.start_send(Bytes::from_static(b"{}\x1e"), TransferFormat::Text);
    poll_fn(|cx| socket.poll_flush(cx)).await.expect("room");
    let mut frame = [0; 5];
    client.read_exact(&mut frame).await.expect("a frame");
    assert_eq!(frame, [0x81, 3, b'{', b'}', 0x1e]);
}

#[cfg(feature = "client")]
mod client {
    use super::*;

    fn client() -> (WebSocket<DuplexStream>, DuplexStream) {
        let (client, server) = duplex(1 << 16);
        (WebSocket::client(client), server)
    }

    #[tokio::test]
    async fn both_ends_understand_each_other() {
        let (near, far) = duplex(1 << 12);
        let mut client = WebSocket::client(near);
        let mut server = WebSocket::server(far, Bytes::new());
        let payload: Bytes = (0..=255).cycle().take(100_000).collect();
        // Shared, so that masking must not change it.
        client.start_send(payload.clone(), TransferFormat::Binary);
        let mut up = Vec::new();
        poll_fn(|cx| {
            let _ = client.poll_flush(cx);
            while up.len() < payload.len() && server.poll_receive(cx, &mut up)?.is_ready() {}
            if up.len() < payload.len() {
                Poll::Pending
            } else {
                Poll::Ready(Ok::<_, TransportError>(()))
            }
        })
        .await
        .expect("in order");
        assert_eq!(up, payload);
        server.start_send(payload.clone(), TransferFormat::Binary);
        let mut down = Vec::new();
        poll_fn(|cx| {
            let _ = server.poll_flush(cx);
            while down.len() < payload.len() && client.poll_receive(cx, &mut down)?.is_ready() {}
            if down.len() < payload.len() {
                Poll::Pending
            } else {
                Poll::Ready(Ok::<_, TransportError>(()))
            }
        })
        .await
        .expect("in order");
        assert_eq!(down, payload);
    }

    #[tokio::test]
    async fn every_frame_has_a_mask_of_its_own() {
        let (mut socket, mut server) = client();
        let mut frames = [[0; 8]; 2];
        for frame in &mut frames {
            socket.start_send(Bytes::from_static(b"ab"), TransferFormat::Text);
            poll_fn(|cx| socket.poll_flush(cx)).await.expect("room");
            server.read_exact(frame).await.expect("a frame");
            assert_eq!(frame[..2], [0x81, 0x82]);
        }
        assert_ne!(frames[0][2..6], frames[1][2..6]);
    }

    #[tokio::test]
    async fn a_masked_frame_of_a_server_breaks_the_rules() {
        let (mut socket, mut server) = client();
        server.write_all(&masked(0x81, b"x")).await.expect("room");
        let error = receive(&mut socket).await.expect_err("masked");
        assert!(error.to_string().contains("must not be masked"), "{error}");
    }

    #[tokio::test]
    async fn a_status_other_than_1000_is_a_loss_and_what_came_before_it_is_kept() {
        let (mut socket, mut server) = client();
        server.write_all(b"\x81\x02hi").await.expect("room");
        server.write_all(b"\x88\x02\x03\xe9").await.expect("room");
        let (received, bytes) = receive(&mut socket).await.expect("data first");
        assert_eq!((received, bytes.as_slice()), (Received::Data, &b"hi"[..]));
        let error = receive(&mut socket).await.expect_err("closed with 1001");
        assert!(error.to_string().contains("status 1001"), "{error}");
    }

    #[tokio::test]
    async fn a_status_of_1000_is_an_orderly_end() {
        let (mut socket, mut server) = client();
        server.write_all(b"\x88\x02\x03\xe8").await.expect("room");
        let (received, _) = receive(&mut socket).await.expect("in order");
        assert_eq!(received, Received::Closed);
    }
}
