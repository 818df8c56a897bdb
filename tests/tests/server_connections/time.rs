//! Keep-alive and time-outs.

use std::time::Duration;

use serde_json::json;
use signalr::transport::Transport;
use tokio::time::{Instant, sleep, timeout};

use super::lab::{Joining, Lab};
use super::peer::Peer;

#[tokio::test(start_paused = true)]
async fn an_idle_client_is_pinged() {
    let lab = Lab::new();
    let mut peer = Peer::connect(&lab).await;
    let before = Instant::now();
    assert!(peer.take_in().await);
    assert_eq!(peer.forget_received(), b"{\"type\":6}\x1e".len());
    let after = before.elapsed();
    assert!(
        (Duration::from_secs(15)..=Duration::from_secs(17)).contains(&after),
        "after {after:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_client_that_never_pings_may_be_silent() {
    let lab = Lab::new();
    let mut peer = Peer::connect(&lab).await;
    assert!(
        timeout(Duration::from_secs(300), peer.next())
            .await
            .is_err()
    );
    assert_eq!(peer.ask("1", "Echo", json!(["x"])).await["result"], "x");
}

#[tokio::test(start_paused = true)]
async fn a_client_that_has_pinged_may_not_be_silent_for_long() {
    let mut lab = Lab::new();
    let mut peer = Peer::connect(&lab).await;
    peer.send(&json!({"type": 6})).await;
    let before = Instant::now();
    let close = peer.next().await.expect("a last word");
    assert_eq!(close["allowReconnect"], true);
    let after = before.elapsed();
    assert!(
        (Duration::from_secs(30)..=Duration::from_secs(32)).contains(&after),
        "after {after:?}"
    );
    assert!(lab.seen().await.contains("ClientTimeoutInterval"));
}

#[tokio::test(start_paused = true)]
async fn silence_does_not_count_while_nothing_is_read() {
    let mut lab = Lab::new();
    let mut peer = Peer::connect(&lab).await;
    peer.send(&json!({"type": 6})).await;
    peer.call("1", "Wait", json!([])).await;
    peer.call("2", "Wait", json!([])).await;
    assert_eq!(lab.seen().await, "waiting");
    assert!(
        timeout(Duration::from_secs(300), peer.next())
            .await
            .is_err()
    );
    lab.gate.add_permits(2);
    peer.completion("1").await;
    peer.completion("2").await;
}

#[tokio::test(start_paused = true)]
async fn a_client_without_a_handshake_is_told_and_dropped() {
    let lab = Lab::with(
        |options| options.handshake_timeout = Duration::from_secs(3),
        Joining::Plain,
    );
    let (mut near, far) = signalr::transport::memory::pair();
    let signalr = lab.signalr.clone();
    let before = Instant::now();
    let served = tokio::spawn(async move { signalr.serve::<super::lab::LabHub>(far).await });
    let mut answer = Vec::new();
    let received = std::future::poll_fn(|cx| near.poll_receive(cx, &mut answer)).await;
    assert!(received.is_ok());
    assert_eq!(answer, b"{\"error\":\"Handshake was canceled.\"}\x1e");
    assert_eq!(before.elapsed(), Duration::from_secs(3));
    served.await.expect("no panic");
    sleep(Duration::ZERO).await;
}
