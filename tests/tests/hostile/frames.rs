//! WebSocket frames that break the rules, or keep them to bad ends.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::ground::{Ground, HUB, MODEST};
use super::wire::{Ended, Socket, frame, header_of};

/// Frames that no client sends; each ends its connection with this status.
fn violations() -> Vec<(&'static str, Vec<u8>, u16)> {
    let cut = frame(0x01, b"{");
    vec![
        ("no mask", b"\x81\x02{}______".to_vec(), 1002),
        ("compressed without agreement", frame(0xc1, &[0; 99]), 1002),
        ("a reserved bit", frame(0x91, b""), 1002),
        ("an unknown opcode", frame(0x83, b""), 1002),
        ("an unknown control opcode", frame(0x8b, b""), 1002),
        ("nothing to continue", frame(0x80, b""), 1002),
        ("a message within a message", [&*cut, &cut].concat(), 1002),
        ("2^63 bytes", header_of(0x82, 1 << 63), 1002),
        ("2^64 - 1 bytes", header_of(0x82, u64::MAX), 1002),
        ("a long ping", frame(0x89, &[0; 126]), 1002),
        ("a ping of 2^62 bytes", header_of(0x89, 1 << 62), 1002),
        ("a cut ping", frame(0x09, b""), 1002),
        ("a cut close", frame(0x08, b""), 1002),
        ("half a status", frame(0x88, &[3]), 1002),
        ("a status that no one sends", frame(0x88, &[3, 0xed]), 1002),
        (
            "a reason that is no text",
            frame(0x88, b"\x03\xe8\xff"),
            1002,
        ),
        ("text that is none", frame(0x81, b"{\"\xff\"}\x1e"), 1007),
        ("half a character", frame(0x81, b"\"\xf0\x9f"), 1007),
        ("a surrogate", frame(0x81, b"\"\xed\xa0\x80\"\x1e"), 1007),
    ]
}

#[tokio::test(start_paused = true)]
async fn a_frame_that_breaks_the_rules_ends_its_connection() {
    let mut ground = Ground::new().await;
    for (what, wire, status) in violations() {
        let network = ground.network.clone();
        let ended = ground.attacked(what, MODEST, async {
            let mut socket = Socket::connect(&network, HUB).await;
            socket.write(&wire).await;
            socket.end().await
        });
        let expected = Ended {
            said: None,
            status: Some(status),
        };
        assert_eq!(ended.await, expected, "{what}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_message_that_is_too_large_ends_its_connection_however_it_is_framed() {
    let mut ground = Ground::new().await;
    let half = vec![b' '; 1 << 19];
    let byte = frame(0x00, b" ").repeat(1000);
    for (what, begin, rest, times) in [
        ("one giant frame", header_of(0x81, 1 << 62), &half, 100),
        ("frames of a byte", frame(0x01, b" "), &byte, 200),
        ("many frames", Vec::new(), &frame(0x81, &half[..9000]), 1000),
    ] {
        let network = ground.network.clone();
        let ended = ground.attacked(what, 2 * MODEST, async {
            let mut socket = Socket::connect(&network, HUB).await;
            socket.write(&begin).await;
            socket.pour(rest, times).await;
            socket.end().await
        });
        let said = ended.await.said.expect(what);
        let text = "The maximum message size of 32768B was exceeded.";
        assert!(said.contains(text), "{what}: {said}");
    }
}

#[tokio::test(start_paused = true)]
async fn frames_of_no_use_cost_nothing() {
    let mut ground = Ground::new().await;
    let ping = frame(0x89, b"");
    for (what, begin, rest, end) in [
        ("empty frames", vec![], frame(0x82, b""), vec![]),
        (
            "a message in empty pieces",
            frame(0x01, b""),
            frame(0x00, b""),
            frame(0x80, b""),
        ),
        ("pongs", vec![], frame(0x8a, &[0; 125]), vec![]),
        ("pings", vec![], ping.clone(), vec![]),
        (
            "pings within a message",
            frame(0x01, b""),
            ping,
            frame(0x80, b""),
        ),
    ] {
        let network = ground.network.clone();
        ground
            .attacked(what, MODEST, async {
                let mut socket = Socket::connect(&network, HUB).await;
                socket.write(&begin).await;
                let many = rest.repeat(1000);
                for _ in 0..300 {
                    socket.pour(&many, 1).await;
                    while let Some((first, _)) = socket.heard() {
                        assert_eq!(first, 0x8a, "{what}: only pongs");
                    }
                }
                socket.write(&end).await;
                let answer = socket.ask(1, "Number", serde_json::json!([7])).await;
                assert_eq!(answer["result"], 7, "{what}");
            })
            .await;
    }
}

#[tokio::test(start_paused = true)]
async fn who_pings_and_does_not_listen_is_dropped() {
    let mut ground = Ground::new().await;
    let network = ground.network.clone();
    let ping = frame(0x89, &[0; 125]).repeat(1000);
    ground
        .attacked("pings without a look at the pongs", MODEST, async {
            let mut socket = Socket::connect(&network, HUB).await;
            let began = Instant::now();
            while socket.write(&ping).await {
                sleep(Duration::from_secs(1)).await;
            }
            let after = began.elapsed();
            assert!((10..=12).contains(&after.as_secs()), "after {after:?}");
        })
        .await;
}
