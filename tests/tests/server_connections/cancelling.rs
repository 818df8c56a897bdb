//! Cancelled calls. .NET 10 ignores a cancel of a plain call; .NET 11 has it, as here.

use serde_json::{Value, json};
use tokio::task::yield_now;

use super::lab::Lab;
use super::peer::Peer;

fn cancel(id: &str) -> Value {
    json!({"type": 5, "invocationId": id})
}

fn upload(id: &str, target: &str) -> Value {
    json!({"type": 1, "invocationId": id, "target": target, "arguments": [], "streamIds": ["s"]})
}

#[tokio::test(start_paused = true)]
async fn a_plain_call_is_cancelled_and_still_answered() {
    let mut lab = Lab::new();
    let mut peer = Peer::connect(&lab).await;
    peer.call("1", "UntilCancelled", json!([])).await;
    assert_eq!(lab.seen().await, "running");
    // Nobody has this id.
    peer.send(&cancel("2")).await;
    peer.send(&cancel("1")).await;
    assert_eq!(
        peer.next().await,
        Some(json!({"type": 3, "invocationId": "1", "result": "cancelled"}))
    );
    // Its permit is free, and so is its id.
    assert_eq!(peer.ask("1", "Echo", json!(["x"])).await["result"], "x");
    peer.send(&cancel("1")).await;
    assert_eq!(peer.ask("1", "Echo", json!(["y"])).await["result"], "y");
}

#[tokio::test(start_paused = true)]
async fn a_call_with_an_upload_is_cancelled_too() {
    let mut lab = Lab::new();
    let mut peer = Peer::connect(&lab).await;
    peer.send(&upload("1", "UploadUntilCancelled")).await;
    assert_eq!(lab.seen().await, "running");
    peer.send(&cancel("1")).await;
    assert_eq!(peer.completion("1").await["result"], "cancelled");
    // Its stream has ended with it.
    peer.send(&json!({"type": 2, "invocationId": "s", "item": 1}))
        .await;
    assert_eq!(peer.ask("2", "Echo", json!(["x"])).await["result"], "x");
}

#[tokio::test(start_paused = true)]
async fn a_method_without_a_token_is_not_disturbed() {
    let mut lab = Lab::new();
    let mut peer = Peer::connect(&lab).await;
    peer.call("1", "Wait", json!([])).await;
    assert_eq!(lab.seen().await, "waiting");
    peer.send(&cancel("1")).await;
    peer.send(&cancel("1")).await;
    for _ in 0..100 {
        yield_now().await;
    }
    lab.gate.add_permits(1);
    assert_eq!(
        peer.next().await,
        Some(json!({"type": 3, "invocationId": "1", "result": null}))
    );
}

#[tokio::test(start_paused = true)]
async fn a_call_is_cancelled_when_its_client_leaves() {
    let mut lab = Lab::new();
    let mut peer = Peer::connect(&lab).await;
    peer.call("1", "UntilCancelled", json!([])).await;
    assert_eq!(lab.seen().await, "running");
    peer.close().await;
    let mut seen = [lab.seen().await, lab.seen().await];
    seen.sort();
    assert_eq!(seen, ["cancelled", "left"]);
    peer.served.await.expect("no panic");
}

#[tokio::test(start_paused = true)]
async fn a_call_is_cancelled_while_it_waits_for_an_answer() {
    let lab = Lab::new();
    let mut peer = Peer::connect(&lab).await;
    peer.call("1", "AskUntilCancelled", json!([])).await;
    let question = peer.next().await.expect("a question");
    peer.send(&cancel("1")).await;
    assert_eq!(peer.completion("1").await["result"], "cancelled");
    // The answer is too late, and that is no mistake.
    peer.send(&json!({"type": 3, "invocationId": question["invocationId"], "result": "x"}))
        .await;
    assert_eq!(peer.ask("2", "Echo", json!(["x"])).await["result"], "x");
}
