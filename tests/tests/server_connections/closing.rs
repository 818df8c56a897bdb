//! How connections end, and what is left of them.

use std::time::Duration;

use serde_json::json;
use tokio::time::{Instant, timeout};

use super::lab::{Joining, Lab};
use super::peer::{Peer, call, text};

#[tokio::test(start_paused = true)]
async fn the_hub_learns_why_a_connection_ended() {
    let mut lab = Lab::new();

    let mut peer = Peer::connect(&lab).await;
    peer.send(&json!({"type": 7})).await;
    assert_eq!(peer.next().await, Some(json!({"type": 7})));
    assert_eq!(lab.seen().await, "left");

    let mut peer = Peer::connect(&lab).await;
    peer.send(&json!({"type": 7, "error": "my fault"})).await;
    assert_eq!(lab.seen().await, "left: my fault");

    let mut peer = Peer::connect(&lab).await;
    peer.close().await;
    assert_eq!(lab.seen().await, "left");

    let peer = Peer::connect(&lab).await;
    peer.server.cut();
    assert_eq!(lab.seen().await, "left");

    let mut peer = Peer::connect(&lab).await;
    peer.send_bytes(b"{\"type\":1,".to_vec()).await;
    peer.close().await;
    assert_eq!(
        lab.seen().await,
        "left: Connection terminated while reading a message."
    );

    let mut peer = Peer::connect(&lab).await;
    peer.send_bytes(b"nonsense\x1e".to_vec()).await;
    assert_eq!(
        peer.next().await,
        Some(
            json!({"type": 7, "error": "Connection closed with an error.", "allowReconnect": true})
        )
    );
    assert_eq!(lab.seen().await, "left: Error reading JSON.");
}

#[tokio::test(start_paused = true)]
async fn calls_that_arrived_whole_are_carried_out_even_if_no_answer_has_room() {
    let mut lab = Lab::new();
    let mut peer = Peer::connect(&lab).await;
    peer.send(&json!({"type": 1, "target": "SendCaller", "arguments": [200, 1000]}))
        .await;
    peer.call("1", "NoteDown", json!(["still done"])).await;
    peer.close().await;
    assert_eq!(lab.seen().await, "still done");
    assert_eq!(lab.seen().await, "left");
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_is_gone_is_noticed_behind_all_that_waits_to_be_read() {
    let mut lab = Lab::new();
    let mut peer = Peer::connect(&lab).await;
    peer.call("1", "UntilGone", json!([])).await;
    let message = text(&call("2", "Echo", &json!(["x".repeat(1000)])));
    while timeout(Duration::from_secs(1), peer.send_bytes(message.clone()))
        .await
        .is_ok()
    {}
    assert_eq!(lab.seen().await, "until gone");
    peer.server.cut();
    assert_eq!(lab.seen().await, "gone");
    let left = lab.seen().await;
    assert!(left.starts_with("left"), "{left}");
}

#[tokio::test(start_paused = true)]
async fn on_connected_learns_that_its_client_is_gone() {
    let mut lab = Lab::joining(Joining::UntilGone);
    let peer = Peer::begin(&lab).await;
    assert_eq!(lab.seen().await, "joining");
    peer.server.cut();
    assert_eq!(lab.seen().await, "gone while joining");
    assert_eq!(lab.seen().await, "left");
}

#[tokio::test(start_paused = true)]
async fn on_connected_learns_that_it_has_aborted_its_connection() {
    let mut lab = Lab::joining(Joining::Abort);
    let mut peer = Peer::connect(&lab).await;
    assert_eq!(lab.seen().await, "aborted while joining");
    assert_eq!(peer.next().await, Some(json!({"type": 7})));
    assert_eq!(lab.seen().await, "left");
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_is_dropped_by_its_server_holds_nobody_up() {
    let lab = Lab::new();
    let mut dropped = Peer::connect(&lab).await;
    dropped.ask("1", "Echo", json!(["x"])).await;
    dropped.served.abort();
    let mut peer = Peer::connect(&lab).await;
    for _ in 0..200 {
        let answer = peer.ask("1", "SendAll", json!(["x".repeat(1000)])).await;
        assert_eq!(answer["result"], json!(null));
    }
}

#[tokio::test(start_paused = true)]
async fn who_asks_a_client_that_leaves_is_told() {
    let lab = Lab::new();
    let mut peer = Peer::connect(&lab).await;
    let id = peer.ask("1", "ConnectionId", json!([])).await["result"].clone();
    let context = lab.signalr.context::<super::lab::LabHub>();
    let asking = tokio::spawn(async move {
        let id = id.as_str().expect("an id").to_owned();
        let client = context.clients().client(&id);
        client.invoke::<String>("Answer", ("why",)).await
    });
    assert_eq!(peer.next().await.expect("a question")["target"], "Answer");
    peer.close().await;
    let error = asking.await.expect("no panic").expect_err("gone");
    assert!(error.to_string().ends_with("disconnected."), "{error}");
}

#[tokio::test(start_paused = true)]
async fn calls_go_on_while_the_client_is_slow_to_take_its_close() {
    let mut lab = Lab::new();
    let mut peer = Peer::connect(&lab).await;
    peer.call("1", "Wait", json!([])).await;
    assert_eq!(lab.seen().await, "waiting");
    // The answers to these fill all there is between the two.
    let context = lab.signalr.context::<super::lab::LabHub>();
    for _ in 0..4 {
        let sent = context
            .clients()
            .all()
            .send("Receive", ("x".repeat(40_000),));
        let _ = timeout(Duration::from_millis(1), sent).await;
    }
    peer.send(&json!({"type": 7})).await;
    assert_eq!(lab.seen().await, "left");
    let before = Instant::now();
    lab.gate.add_permits(1);
    assert_eq!(lab.seen().await, "waited");
    assert_eq!(before.elapsed(), Duration::ZERO);
}
