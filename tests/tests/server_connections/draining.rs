//! A server that lets its connections go before it stops.

use std::time::Duration;

use serde_json::{Value, json};
use signalr::server::DrainOptions;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep};

use super::lab::{Joining, Lab};
use super::peer::Peer;

const SECOND: Duration = Duration::from_secs(1);

fn come_back() -> Value {
    json!({"type": 7, "allowReconnect": true})
}

fn at_once() -> DrainOptions {
    DrainOptions::default().spread(Duration::ZERO)
}

fn drain(lab: &Lab, options: DrainOptions) -> JoinHandle<()> {
    let signalr = lab.signalr.clone();
    tokio::spawn(async move { signalr.drain(options).await })
}

async fn begun(lab: &Lab) {
    while !lab.signalr.is_draining() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_without_connections_is_drained_at_once() {
    let lab = Lab::new();
    assert!(!lab.signalr.is_draining());
    let before = Instant::now();
    lab.signalr.drain(DrainOptions::default()).await;
    assert_eq!(before.elapsed(), Duration::ZERO);
    assert!(lab.signalr.is_draining());
    // And so it is a second time.
    lab.signalr.drain(DrainOptions::default()).await;
}

#[tokio::test(start_paused = true)]
async fn connections_leave_one_after_the_other() {
    let lab = Lab::new();
    let mut peers = Vec::new();
    for _ in 0..5 {
        peers.push(Peer::connect(&lab).await);
    }
    let before = Instant::now();
    let draining = drain(&lab, DrainOptions::default().spread(10 * SECOND));
    for (number, peer) in (0..5).zip(&mut peers) {
        assert_eq!(peer.next().await, Some(come_back()));
        let after = before.elapsed().as_secs();
        assert_eq!(after, 2 * number, "connection {number}");
        assert_eq!(peer.next().await, None);
        peer.close().await;
    }
    draining.await.expect("no panic");
}

#[tokio::test(start_paused = true)]
async fn what_runs_comes_to_its_end_first() {
    let mut lab = Lab::new();
    let mut peer = Peer::connect(&lab).await;
    peer.call("1", "Wait", json!([])).await;
    assert_eq!(lab.seen().await, "waiting");
    let draining = drain(&lab, at_once());
    begun(&lab).await;
    sleep(5 * SECOND).await;
    // Until then the client is served as ever.
    peer.send(&json!({"type": 4, "invocationId": "2", "target": "Endless", "arguments": []}))
        .await;
    assert_eq!(peer.next().await.expect("an item")["item"], 0);
    lab.gate.add_permits(1);
    assert_eq!(peer.completion("1").await["result"], Value::Null);
    sleep(5 * SECOND).await;
    assert!(!draining.is_finished());
    peer.send(&json!({"type": 5, "invocationId": "2"})).await;
    peer.completion("2").await;
    assert_eq!(peer.next().await, Some(come_back()));
    assert_eq!(peer.next().await, None);
    draining.await.expect("no panic");
}

#[tokio::test(start_paused = true)]
async fn the_deadline_ends_what_does_not_end() {
    let mut lab = Lab::new();
    let mut peer = Peer::connect(&lab).await;
    peer.call("1", "Wait", json!([])).await;
    assert_eq!(lab.seen().await, "waiting");
    let before = Instant::now();
    let draining = drain(&lab, at_once().deadline(3 * SECOND));
    assert_eq!(peer.next().await, Some(come_back()));
    assert_eq!(before.elapsed().as_secs(), 3);
    // A call that outlives its connection is not waited for any longer.
    draining.await.expect("no panic");
    assert_eq!(before.elapsed().as_secs(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_client_that_takes_nothing_does_not_hold_it_up() {
    let lab = Lab::new();
    let mut peer = Peer::connect(&lab).await;
    peer.server.stall();
    peer.call("1", "SendCaller", json!([1000, 1000])).await;
    let before = Instant::now();
    lab.signalr.drain(at_once().deadline(SECOND)).await;
    assert_eq!(before.elapsed().as_secs(), 6);
}

#[tokio::test(start_paused = true)]
async fn who_is_connecting_is_let_go_too() {
    let mut lab = Lab::joining(Joining::UntilGone);
    let mut peer = Peer::connect(&lab).await;
    assert_eq!(lab.seen().await, "joining");
    let draining = drain(&lab, at_once().deadline(SECOND));
    assert_eq!(lab.seen().await, "gone while joining");
    assert_eq!(peer.next().await, Some(come_back()));
    draining.await.expect("no panic");
}

#[tokio::test(start_paused = true)]
async fn nobody_else_is_let_in() {
    let mut lab = Lab::new();
    let mut inside = Peer::connect(&lab).await;
    inside.call("1", "Wait", json!([])).await;
    assert_eq!(lab.seen().await, "waiting");
    let draining = drain(&lab, at_once());
    begun(&lab).await;
    let mut late = Peer::begin(&lab).await;
    assert_eq!(late.next().await, None);
    lab.gate.add_permits(1);
    inside.completion("1").await;
    draining.await.expect("no panic");
}

#[tokio::test(start_paused = true)]
async fn what_runs_may_take_for_ever() {
    let mut lab = Lab::new();
    let mut peers = [Peer::connect(&lab).await, Peer::connect(&lab).await];
    for peer in &mut peers {
        peer.call("1", "Wait", json!([])).await;
        assert_eq!(lab.seen().await, "waiting");
    }
    let draining = drain(&lab, at_once().deadline(Duration::MAX));
    sleep(10_000 * SECOND).await;
    assert!(!draining.is_finished());
    lab.gate.add_permits(2);
    draining.await.expect("no panic");

    // The second in line would have to stay for ever, but it leaves by itself.
    let lab = Lab::new();
    let mut first = Peer::connect(&lab).await;
    let mut second = Peer::connect(&lab).await;
    let draining = drain(
        &lab,
        DrainOptions::default()
            .spread(Duration::MAX)
            .deadline(Duration::MAX),
    );
    assert_eq!(first.next().await, Some(come_back()));
    second.close().await;
    draining.await.expect("no panic");
}
