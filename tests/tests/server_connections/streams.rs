//! Streams both ways, cancellation, panics and scopes.

use serde_json::{Value, json};
use tokio::task::yield_now;

use super::lab::Lab;
use super::peer::Peer;

fn stream(id: &str, target: &str, arguments: &Value) -> Value {
    json!({"type": 4, "invocationId": id, "target": target, "arguments": arguments})
}

#[tokio::test(start_paused = true)]
async fn a_cancelled_stream_ends_at_once_and_is_dropped() {
    let mut lab = Lab::new();
    let mut peer = Peer::connect(&lab).await;
    peer.send(&stream("1", "Endless", &json!([]))).await;
    assert_eq!(peer.next().await.expect("an item")["item"], 0);
    peer.send(&json!({"type": 5, "invocationId": "1"})).await;
    let end = peer.completion("1").await;
    assert_eq!(end, json!({"type": 3, "invocationId": "1"}));
    assert_eq!(lab.seen().await, "stream dropped");
    // The id is free again.
    peer.send(&stream("1", "Numbers", &json!([1]))).await;
    assert_eq!(peer.next().await.expect("an item")["item"], 0);
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_takes_its_token_may_finish_its_work() {
    let mut lab = Lab::new();
    let mut peer = Peer::connect(&lab).await;
    peer.send(&stream("1", "UntilTold", &json!([]))).await;
    peer.send(&json!({"type": 5, "invocationId": "1"})).await;
    assert_eq!(lab.seen().await, "told to stop");
    assert_eq!(
        peer.next().await,
        Some(json!({"type": 3, "invocationId": "1"}))
    );
}

#[tokio::test(start_paused = true)]
async fn a_plain_call_with_the_id_of_a_stream_is_another_call() {
    let mut lab = Lab::new();
    let mut peer = Peer::connect(&lab).await;
    peer.send(&stream("1", "Endless", &json!([]))).await;
    assert_eq!(peer.next().await.expect("an item")["item"], 0);
    peer.call("1", "Wait", json!([])).await;
    assert_eq!(lab.seen().await, "waiting");
    // The stream is the one that is cancelled.
    peer.send(&json!({"type": 5, "invocationId": "1"})).await;
    assert_eq!(
        peer.next().await,
        Some(json!({"type": 3, "invocationId": "1"}))
    );
    // And while the call runs, its id is free for a stream.
    peer.send(&stream("1", "Numbers", &json!([1]))).await;
    assert_eq!(peer.next().await.expect("an item")["item"], 0);
}

#[tokio::test(start_paused = true)]
async fn a_long_stream_lets_other_calls_run() {
    let lab = Lab::new();
    let mut peer = Peer::connect(&lab).await;
    peer.send(&stream("1", "Numbers", &json!([10_000]))).await;
    peer.call("2", "Echo", json!(["between"])).await;
    let mut items = 0;
    loop {
        let message = peer.next().await.expect("a message");
        match message["type"].as_u64() {
            Some(2) => items += 1,
            _ => break,
        }
    }
    assert!(items < 10_000, "the echo came after all items");
    assert_eq!(
        peer.completion("1").await,
        json!({"type": 3, "invocationId": "1"})
    );
}

#[tokio::test(start_paused = true)]
async fn a_full_upload_makes_everything_behind_it_wait() {
    let mut lab = Lab::new();
    let mut peer = Peer::connect(&lab).await;
    peer.send(&json!({
        "type": 1, "invocationId": "1", "target": "TotalSlowly",
        "arguments": [], "streamIds": ["s"],
    }))
    .await;
    for _ in 0..11 {
        peer.send(&json!({"type": 2, "invocationId": "s", "item": 1}))
            .await;
    }
    peer.call("2", "NoteDown", json!(["behind"])).await;
    for _ in 0..100 {
        yield_now().await;
    }
    assert!(lab.log.is_empty(), "the eleventh item does not fit");
    lab.gate.add_permits(1);
    assert_eq!(lab.seen().await, "behind");
    peer.send(&json!({"type": 3, "invocationId": "s"})).await;
    lab.gate.add_permits(20);
    assert_eq!(peer.completion("1").await["result"], 11);
}

#[tokio::test(start_paused = true)]
async fn panics_of_methods_and_streams_are_answered() {
    let lab = Lab::new();
    let mut peer = Peer::connect(&lab).await;
    let answer = peer.ask("1", "Panics", json!([])).await;
    assert_eq!(
        answer["error"],
        "An unexpected error occurred invoking 'Panics' on the server."
    );
    peer.send(&stream("2", "PanickingStream", &json!([]))).await;
    assert!(peer.completion("2").await["error"].is_string());
    assert_eq!(peer.ask("3", "Echo", json!(["x"])).await["result"], "x");
}

#[tokio::test(start_paused = true)]
async fn panics_of_argument_types_are_answered() {
    let lab = Lab::new();
    let mut peer = Peer::connect(&lab).await;
    let answer = peer.ask("1", "TakesBomb", json!([1])).await;
    assert_eq!(
        answer["error"],
        "Failed to invoke 'TakesBomb' due to an error on the server."
    );
    peer.send(&json!({
        "type": 1, "invocationId": "2", "target": "TakesBombs",
        "arguments": [], "streamIds": ["s"],
    }))
    .await;
    peer.send(&json!({"type": 2, "invocationId": "s", "item": 1}))
        .await;
    assert_eq!(
        peer.completion("2").await["result"],
        "Failed to bind Stream message."
    );
}

#[tokio::test(start_paused = true)]
async fn scoped_services_are_dropped_at_the_end_of_the_call_or_stream() {
    let mut lab = Lab::new();
    let mut peer = Peer::connect(&lab).await;
    peer.ask("1", "Scoped", json!([])).await;
    assert_eq!(lab.seen().await, "in scope");
    assert_eq!(lab.seen().await, "scope dropped");
    peer.send(&stream("2", "ScopedStream", &json!([2]))).await;
    peer.completion("2").await;
    assert_eq!(lab.seen().await, "scope dropped");
}

#[tokio::test(start_paused = true)]
async fn uploads_and_streams_end_with_their_connection() {
    let mut lab = Lab::new();
    let mut peer = Peer::connect(&lab).await;
    peer.send(&json!({
        "type": 1, "invocationId": "1", "target": "Total",
        "arguments": [], "streamIds": ["s"],
    }))
    .await;
    peer.send(&stream("2", "Endless", &json!([]))).await;
    assert_eq!(peer.next().await.expect("an item")["item"], 0);
    peer.close().await;
    let mut seen = [lab.seen().await, lab.seen().await, lab.seen().await];
    seen.sort();
    assert_eq!(
        seen,
        [
            "left",
            "stream dropped",
            "upload failed: The underlying connection was closed."
        ]
    );
}
