use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::{Instant, advance};

use super::peer::{PING, builder, connected, settle};
use crate::client::ConnectionState;
use crate::error::{CloseReason, InvokeError};

const fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}

#[tokio::test(start_paused = true)]
async fn pings_are_sent_while_nothing_else_is() {
    let (link, mut peer) = connected().await;
    let begun = Instant::now();
    for count in 1..4 {
        assert_eq!(peer.text().await, PING);
        assert_eq!(begun.elapsed(), seconds(15 * count));
        // The server's own sign of life.
        peer.send(PING).await;
    }
    advance(seconds(10)).await;
    link.notify("X", ()).await.expect("it is queued");
    peer.text().await;
    let sent = Instant::now();
    peer.send(PING).await;
    assert_eq!(peer.text().await, PING);
    assert_eq!(sent.elapsed(), seconds(15));
}

#[tokio::test(start_paused = true)]
async fn a_silent_server_is_given_up() {
    let (link, mut peer) = connected().await;
    let (sender, mut reasons) = mpsc::unbounded_channel();
    link.on_closed(move |reason| sender.send(reason).expect("the test still runs"));
    advance(seconds(20)).await;
    peer.send(PING).await;
    settle().await;
    let heard = Instant::now();
    let call = tokio::spawn(link.invoke::<()>("Wait", ()));
    let reason = reasons.recv().await.expect("a reason");
    assert_eq!(heard.elapsed(), seconds(30));
    assert_eq!(reason, CloseReason::ServerTimeout(seconds(30)));
    assert_eq!(link.state(), ConnectionState::Disconnected);
    let failed = call.await.expect("no panic").expect_err("no answer");
    assert!(matches!(failed, InvokeError::Closed(_)));
    assert!(failed.to_string().contains("30s"), "{failed}");
}

#[tokio::test(start_paused = true)]
async fn bytes_of_an_unfinished_message_are_no_sign_of_life() {
    let (link, mut peer) = connected().await;
    let begun = Instant::now();
    let (sender, mut reasons) = mpsc::unbounded_channel();
    link.on_closed(move |reason| sender.send(reason).expect("the test still runs"));
    advance(seconds(20)).await;
    peer.send_bytes(&b"{\"type\""[..]).await;
    reasons.recv().await.expect("a reason");
    assert_eq!(begun.elapsed(), seconds(30));
}

#[tokio::test(start_paused = true)]
async fn the_times_can_be_set() {
    let (builder, mut peers) = builder();
    let link = builder
        .keep_alive_interval(seconds(1))
        .server_timeout(Duration::MAX)
        .build()
        .expect("valid settings");
    let mut peer = peers.accept(&link).await;
    let begun = Instant::now();
    for _ in 0..100 {
        assert_eq!(peer.text().await, PING);
    }
    assert_eq!(begun.elapsed(), seconds(100));
    assert_eq!(link.state(), ConnectionState::Connected);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_does_not_read_is_not_pinged_without_end() {
    let (builder, mut peers) = builder();
    let link = builder
        .server_timeout(Duration::MAX)
        .build()
        .expect("valid settings");
    let mut peer = peers.accept(&link).await;
    let large = "x".repeat(100 * 1024);
    link.notify("X", (large,)).await.expect("it is queued");
    for _ in 0..100 {
        advance(seconds(15)).await;
        settle().await;
    }
    peer.text().await;
    peer.silent().await;
    assert_eq!(peer.text().await, PING);
}
