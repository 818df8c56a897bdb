//! Clients that send more than is good.

use std::time::Duration;

use serde_json::json;
use tokio::task::yield_now;

use super::lab::Lab;
use super::peer::{Peer, call, text};

#[tokio::test(start_paused = true)]
async fn what_waits_behind_a_running_call_is_bounded() {
    let mut lab = Lab::new();
    let mut peer = Peer::connect(&lab).await;
    peer.call("1", "Wait", json!([])).await;
    let message = text(&call("2", "Echo", &json!(["x".repeat(1000)])));
    let mut taken = 0;
    while tokio::time::timeout(Duration::from_secs(1), peer.send_bytes(message.clone()))
        .await
        .is_ok()
    {
        taken += 1;
        assert!(taken < 500, "the server takes in all that comes");
    }
    assert_eq!(lab.seen().await, "waiting");
    lab.gate.add_permits(1);
    // The rest of the message that did not fit is still to come, so only whole ones are asked for.
    for _ in 0..taken {
        peer.completion("2").await;
    }
}

#[tokio::test(start_paused = true)]
async fn thousands_of_uploads_cost_other_calls_nothing() {
    let mut lab = Lab::new();
    let mut peer = Peer::connect(&lab).await;
    for number in 0..5000 {
        peer.send(&json!({
            "type": 1, "invocationId": format!("u{number}"), "target": "Total",
            "arguments": [], "streamIds": [format!("s{number}")],
        }))
        .await;
    }
    assert_eq!(peer.ask("1", "Echo", json!(["x"])).await["result"], "x");
    for number in 0..5000 {
        peer.send(&json!({"type": 2, "invocationId": format!("s{number}"), "item": number}))
            .await;
        peer.send(&json!({"type": 3, "invocationId": format!("s{number}")}))
            .await;
        let answer = peer.completion(&format!("u{number}")).await;
        assert_eq!(answer["result"], number);
    }
    peer.close().await;
    assert_eq!(lab.seen().await, "left");
}

#[tokio::test(start_paused = true)]
async fn messages_may_arrive_byte_by_byte() {
    let lab = Lab::new();
    let mut peer = Peer::connect(&lab).await;
    peer.transport.faults().pieces(Some(1));
    let answer = peer.ask("1", "Echo", json!(["x".repeat(5000)])).await;
    assert_eq!(answer["result"], "x".repeat(5000));
}

#[tokio::test(start_paused = true)]
async fn a_message_above_the_limit_ends_the_connection_before_it_is_complete() {
    let mut lab = Lab::new();
    let mut peer = Peer::connect(&lab).await;
    peer.send_bytes(vec![b' '; 32 * 1024 + 1]).await;
    let close = peer.next().await.expect("a last word");
    assert_eq!(close["type"], 7);
    assert_eq!(close["allowReconnect"], true);
    assert!(lab.seen().await.contains("maximum message size of 32768B"));
}

#[tokio::test(start_paused = true)]
async fn a_call_that_waits_takes_the_only_permit_and_gives_it_back() {
    let mut lab = Lab::new();
    let mut peer = Peer::connect(&lab).await;
    peer.call("1", "Wait", json!([])).await;
    peer.call("2", "NoteDown", json!(["second"])).await;
    peer.call("3", "NoteDown", json!(["third"])).await;
    assert_eq!(lab.seen().await, "waiting");
    for _ in 0..100 {
        yield_now().await;
    }
    assert!(lab.log.is_empty(), "the limit is one call");
    lab.gate.add_permits(1);
    for expected in ["waited", "second", "third"] {
        assert_eq!(lab.seen().await, expected);
    }
}

#[tokio::test(start_paused = true)]
async fn as_many_calls_run_at_once_as_are_allowed() {
    let mut lab = Lab::with(
        |options| options.maximum_parallel_invocations_per_client = 3,
        super::lab::Joining::Plain,
    );
    let mut peer = Peer::connect(&lab).await;
    for id in ["1", "2", "3", "4"] {
        peer.call(id, "Wait", json!([])).await;
    }
    for _ in 0..3 {
        assert_eq!(lab.seen().await, "waiting");
    }
    for _ in 0..100 {
        yield_now().await;
    }
    assert!(lab.log.is_empty(), "the limit is three calls");
    lab.gate.add_permits(1);
    assert_eq!(lab.seen().await, "waited");
    assert_eq!(lab.seen().await, "waiting");
}

#[tokio::test(start_paused = true)]
async fn a_call_that_asks_its_client_lets_the_next_one_run_and_takes_no_second_permit_away() {
    let mut lab = Lab::new();
    let mut peer = Peer::connect(&lab).await;
    peer.call("1", "Ask", json!(["why"])).await;
    let question = peer.next().await.expect("a question");
    assert_eq!(question["target"], "Answer");
    // The answer is behind calls that would need a permit.
    peer.call("2", "NoteDown", json!(["meanwhile"])).await;
    peer.call("3", "Wait", json!([])).await;
    let answer = json!({"type": 3, "invocationId": question["invocationId"], "result": "so"});
    peer.send(&answer).await;
    assert_eq!(peer.completion("1").await["result"], "so");
    assert_eq!(lab.seen().await, "meanwhile");
    assert_eq!(lab.seen().await, "waiting");
    // The end of the first call must not let in a second one beside the third.
    peer.call("4", "NoteDown", json!(["too early"])).await;
    for _ in 0..100 {
        yield_now().await;
    }
    assert!(lab.log.is_empty(), "a permit was given back twice");
    lab.gate.add_permits(1);
    assert_eq!(lab.seen().await, "waited");
    assert_eq!(lab.seen().await, "too early");
}
