//! Clients that read slowly, or not at all.

use std::time::Duration;

use serde_json::json;
use tokio::time::{Instant, sleep, timeout};

use super::lab::{Joining, Lab};
use super::peer::Peer;

/// More than fits between a server and a client that does not read: the transport's 64 KiB, a
/// payload under way and the queue's 64 KiB.
const TOO_MUCH: usize = 400;

#[tokio::test(start_paused = true)]
async fn messages_of_one_sender_stay_in_order_past_a_full_queue() {
    let lab = Lab::new();
    let mut peer = Peer::connect(&lab).await;
    peer.call("1", "SendCaller", json!([TOO_MUCH, 1000])).await;
    for number in 0..TOO_MUCH {
        let message = peer.next().await.expect("a message");
        assert_eq!(message["arguments"][0], number);
    }
    assert_eq!(peer.completion("1").await["result"], json!(null));
}

#[tokio::test(start_paused = true)]
async fn a_queue_that_is_full_makes_the_sender_wait() {
    let mut lab = Lab::new();
    let mut slow = Peer::connect(&lab).await;
    let mut quick = Peer::connect(&lab).await;
    let text = "x".repeat(30_000);
    let mut sent = 0;
    // Nobody reads at the slow one.
    loop {
        quick.call("1", "SendAll", json!([text])).await;
        match timeout(Duration::from_secs(1), lab.seen()).await {
            Ok(seen) => assert_eq!(seen, "sent to all"),
            Err(_) => break,
        }
        quick.completion("1").await;
        sent += 1;
        assert!(sent < 20, "the sender never waits");
    }
    // It goes on once the slow one reads, and nothing is lost.
    for _ in 0..=sent {
        let message = slow.next().await.expect("a message");
        assert_eq!(message["target"], "Receive");
    }
    assert_eq!(lab.seen().await, "sent to all");
    quick.completion("1").await;
}

#[tokio::test(start_paused = true)]
async fn a_client_that_does_not_read_does_not_delay_the_messages_of_others() {
    let lab = Lab::new();
    let mut stuck = Peer::connect(&lab).await;
    stuck.call("1", "SendCaller", json!([TOO_MUCH, 1000])).await;
    sleep(Duration::from_millis(1)).await;
    let mut sender = Peer::connect(&lab).await;
    let mut receiver = Peer::connect(&lab).await;
    let before = Instant::now();
    sender.call("1", "SendAll", json!(["hi"])).await;
    let message = receiver.next().await.expect("a message");
    assert_eq!(message["arguments"], json!(["hi"]));
    assert_eq!(before.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn a_client_that_takes_no_write_is_dropped_and_lets_go_of_those_who_wait_for_it() {
    let mut lab = Lab::new();
    let mut stuck = Peer::connect(&lab).await;
    stuck.call("1", "SendCaller", json!([TOO_MUCH, 1000])).await;
    let before = Instant::now();
    assert_eq!(lab.seen().await, "left");
    let after = before.elapsed();
    assert!(
        (Duration::from_secs(10)..=Duration::from_secs(12)).contains(&after),
        "after {after:?}"
    );
    let mut sender = Peer::connect(&lab).await;
    let answer = sender.ask("1", "SendAll", json!(["hi"])).await;
    assert_eq!(answer["result"], json!(null));
}

#[tokio::test(start_paused = true)]
async fn a_client_that_reads_without_a_pause_for_long_is_not_dropped() {
    let lab = Lab::new();
    let mut peer = Peer::connect(&lab).await;
    peer.call("1", "SendCaller", json!([4000, 1000])).await;
    let before = Instant::now();
    let mut received = 0;
    // Always something under way, but never the same for long.
    while received < 4_000_000 {
        assert!(peer.take_in().await, "dropped after {:?}", before.elapsed());
        received += peer.forget_received();
        sleep(Duration::from_millis(500)).await;
    }
    assert!(before.elapsed() > Duration::from_secs(20));
}

#[tokio::test(start_paused = true)]
async fn a_client_that_does_not_read_its_answers_is_not_read() {
    let mut lab = Lab::new();
    let mut peer = Peer::connect(&lab).await;
    let flood = tokio::spawn(async move {
        for number in 0.. {
            let text = format!("{number:1000}");
            let message = super::peer::text(&super::peer::call("1", "Echo", &json!([text])));
            if timeout(Duration::from_secs(5), peer.send_bytes(message))
                .await
                .is_err()
            {
                return (number, peer);
            }
        }
        unreachable!("the server reads on and on")
    });
    let (taken, peer) = flood.await.expect("no panic");
    // What is in the two directions of the transport and in the server.
    assert!(taken < 500, "{taken} calls were taken");
    assert_eq!(lab.seen().await, "left");
    drop(peer);
}

#[tokio::test(start_paused = true)]
async fn on_connected_may_send_more_than_a_queue_holds() {
    let lab = Lab::joining(Joining::SendMuch);
    let mut peer = Peer::connect(&lab).await;
    for number in 0..1000 {
        let message = peer.next().await.expect("a message");
        assert_eq!(message["arguments"][0], number);
    }
    assert_eq!(peer.ask("1", "Echo", json!(["x"])).await["result"], "x");
}

#[tokio::test(start_paused = true)]
async fn on_connected_that_sends_to_a_client_that_does_not_read_comes_to_its_end() {
    let mut lab = Lab::joining(Joining::SendMuch);
    let peer = Peer::begin(&lab).await;
    assert_eq!(lab.seen().await, "left");
    drop(peer);
}
