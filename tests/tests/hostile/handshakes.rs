//! Handshakes that are none, come to no end, or come late.

use serde_json::json;
use tokio::time::Instant;

use super::ground::{Ground, HUB, MODEST};
use super::wire::{Socket, frame};

#[tokio::test(start_paused = true)]
async fn a_handshake_that_is_none_is_refused_with_a_reason() {
    let mut ground = Ground::new().await;
    for (handshake, reason) in [
        ("\x1e", "The text ends before a value"),
        ("{\x1e", ""),
        (
            "[]\x1e",
            "Unexpected JSON Token Type 'Array'. Expected a JSON Object.",
        ),
        ("{}\x1e", "Missing required property 'protocol'."),
        (
            "{\"protocol\":\"json\"}\x1e",
            "Missing required property 'version'.",
        ),
        ("{\"protocol\":\"json\",\"version\":99}\x1e", "version 99"),
        (
            "{\"protocol\":\"xml\",\"version\":1}\x1e",
            "The protocol 'xml' is not supported.",
        ),
        (
            "{\"protocol\":7,\"version\":1}\x1e",
            "Expected 'protocol' to be of type String.",
        ),
        (
            "{\"type\":1,\"target\":\"Echo\",\"arguments\":[\"x\"]}\x1e",
            "Missing required property 'protocol'.",
        ),
        ("{\"type\":6}\x1e", "Missing required property 'protocol'."),
        ("\u{0}\u{0}\u{0}\x1e", ""),
    ] {
        let network = ground.network.clone();
        let ended = ground.attacked(handshake, MODEST, async {
            let mut socket = Socket::open(&network, HUB).await;
            socket.write(&frame(0x81, handshake.as_bytes())).await;
            socket.end().await
        });
        let ended = ended.await;
        let said = ended.said.unwrap_or_else(|| panic!("{handshake}: no word"));
        assert!(said.contains(reason), "{handshake}: {said}");
        assert_eq!(ended.status, Some(1000), "{handshake}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_handshake_without_an_end_is_not_kept() {
    let mut ground = Ground::new().await;
    let depth = [
        frame(0x01, b"{\"protocol\":\"json\",\"version\":1,\"x\":"),
        frame(0x00, &[b'['; 9000]),
    ];
    for (what, begin, rest) in [
        ("spaces", Vec::new(), frame(0x81, &[b' '; 9000])),
        ("depth", depth[0].clone(), depth[1].clone()),
    ] {
        let network = ground.network.clone();
        let ended = ground.attacked(what, MODEST, async {
            let mut socket = Socket::open(&network, HUB).await;
            socket.write(&begin).await;
            socket.pour(&rest, 10_000).await;
            socket.end().await
        });
        let said = ended.await.said;
        assert_eq!(said.as_deref(), Some("Handshake was canceled."), "{what}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_thousand_half_handshakes_end_with_their_time() {
    let mut ground = Ground::new().await;
    let network = ground.network.clone();
    // Sockets, and what serves them: 1,000 of them.
    let limit = 1000 * (64 << 10);
    ground
        .attacked("half handshakes", limit, async {
            let mut sockets = Vec::new();
            for _ in 0..1000 {
                let mut socket = Socket::open(&network, HUB).await;
                socket.write(&frame(0x81, b"{\"protocol\":\"js")).await;
                sockets.push(socket);
            }
            let before = Instant::now();
            for socket in sockets {
                let ended = socket.end().await;
                assert_eq!(ended.said.as_deref(), Some("Handshake was canceled."));
            }
            let after = before.elapsed();
            assert!((14..=16).contains(&after.as_secs()), "after {after:?}");
        })
        .await;
}

#[tokio::test(start_paused = true)]
async fn nothing_is_done_before_the_handshake_or_after_the_end() {
    let mut ground = Ground::new().await;
    let network = ground.network.clone();
    let call = json!({"type": 1, "invocationId": "1", "target": "Echo", "arguments": ["x"]});
    ground
        .attacked("calls around a connection", MODEST, async {
            let mut socket = Socket::open(&network, HUB).await;
            socket.say(&call).await;
            assert!(socket.end().await.said.is_some(), "no handshake");

            let mut socket = Socket::connect(&network, HUB).await;
            let again = json!({"protocol": "json", "version": 1});
            socket.say(&again).await;
            let said = socket.end().await.said.expect("a second handshake");
            assert!(said.contains("Missing required property 'type'."), "{said}");

            let mut socket = Socket::connect(&network, HUB).await;
            let both = format!("{}\x1e{call}\x1e", json!({"type": 7}));
            socket.write(&frame(0x81, both.as_bytes())).await;
            while let Some((_, payload)) = socket.next().await {
                let text = String::from_utf8_lossy(&payload).into_owned();
                assert!(!text.contains("invocationId"), "{text}");
            }
        })
        .await;
}
