//! Calls made while there is no connection, and calls that are given up.

use std::time::Duration;

use futures_util::future::{join, join3};
use tokio::sync::oneshot;
use tokio::time::{Instant, advance};

use super::peer::{Peer, Peers, builder, connected, settle};
use crate::client::{ConnectionState, HubConnection, RetryDelays};
use crate::error::InvokeError;

const fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}

/// A connection whose calls wait for 20 seconds.
async fn patient() -> (HubConnection, Peer, Peers) {
    let (builder, mut peers) = builder();
    let link = builder
        .automatic_reconnect(RetryDelays::default())
        .wait_for_connection(seconds(20))
        .build()
        .expect("valid settings");
    let peer = peers.accept(&link).await;
    (link, peer, peers)
}

async fn lose(link: &HubConnection, peer: Peer) {
    peer.faults().cut();
    drop(peer);
    while link.state() == ConnectionState::Connected {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(start_paused = true)]
async fn calls_made_while_reconnecting_fail_at_once_by_default() {
    let (builder, mut peers) = builder();
    let link = builder
        .automatic_reconnect(RetryDelays::default())
        .build()
        .expect("valid settings");
    let peer = peers.accept(&link).await;
    peers.close_way(true);
    lose(&link, peer).await;
    assert_eq!(link.state(), ConnectionState::Reconnecting);
    let failed = link.invoke::<()>("X", ()).await;
    assert!(matches!(failed, Err(InvokeError::NotConnected)));
}

#[tokio::test(start_paused = true)]
async fn calls_made_while_reconnecting_wait_where_it_is_wanted() {
    let (link, peer, mut peers) = patient().await;
    peers.close_way(true);
    lose(&link, peer).await;
    let begun = Instant::now();
    let sender = link.clone();
    let calls = tokio::spawn(async move {
        for number in 0..3 {
            sender.notify("Count", (number,)).await.expect("it waits");
        }
        sender.invoke::<i32>("Sum", ()).await
    });
    settle().await;
    peers.close_way(false);
    let mut peer = peers.shake_hands().await;
    assert_eq!(begun.elapsed(), seconds(2));
    for number in 0..3 {
        assert_eq!(
            peer.text().await,
            format!(r#"{{"type":1,"target":"Count","arguments":[{number}]}}"#)
        );
    }
    peer.text().await;
    peer.send(r#"{"type":3,"invocationId":"1","result":3}"#)
        .await;
    assert_eq!(calls.await.expect("no panic").expect("a sum"), 3);
}

#[tokio::test(start_paused = true)]
async fn calls_wait_no_longer_than_they_may() {
    let (link, peer, peers) = patient().await;
    peers.close_way(true);
    lose(&link, peer).await;
    let begun = Instant::now();
    let failed = link.stream::<()>("X", ()).await;
    assert!(matches!(failed, Err(InvokeError::TimedOut(after)) if after == seconds(20)));
    assert_eq!(begun.elapsed(), seconds(20));
    // The end of the reconnect ends the waiting too.
    let failed = link.notify("X", ()).await;
    assert!(matches!(failed, Err(InvokeError::TimedOut(_))));
    let failed = link.notify("X", ()).await;
    assert!(matches!(failed, Err(InvokeError::NotConnected)));
    assert_eq!(link.state(), ConnectionState::Disconnected);
}

#[tokio::test(start_paused = true)]
async fn calls_that_wait_fail_when_the_connection_is_stopped() {
    let (link, peer, peers) = patient().await;
    peers.close_way(true);
    lose(&link, peer).await;
    let (failed, ()) = join(link.notify("X", ()), async {
        settle().await;
        link.stop().await;
    })
    .await;
    assert!(matches!(failed, Err(InvokeError::NotConnected)));
}

#[tokio::test(start_paused = true)]
async fn calls_wait_for_a_start_too_but_not_for_nothing() {
    let (builder, mut peers) = builder();
    let link = builder
        .wait_for_connection(seconds(20))
        .build()
        .expect("valid settings");
    let failed = link.notify("X", ()).await;
    assert!(matches!(failed, Err(InvokeError::NotConnected)));
    let call = async {
        while link.state() != ConnectionState::Connecting {
            tokio::task::yield_now().await;
        }
        link.notify("X", ()).await
    };
    let serve = async {
        let mut peer = peers.next().await;
        peer.text().await;
        peer.send("{}").await;
        peer
    };
    let (started, mut peer, called) = join3(link.start(), serve, call).await;
    started.expect("the handshake is right");
    called.expect("it is connected");
    let (one, other) = (peer.text().await, peer.text().await);
    assert!([one, other].contains(&r#"{"type":1,"target":"X","arguments":[]}"#.to_owned()));
}

#[tokio::test(start_paused = true)]
async fn a_call_can_have_a_time_out() {
    let (builder, mut peers) = builder();
    let link = builder
        .call_timeout(seconds(5))
        .build()
        .expect("valid settings");
    let mut peer = peers.accept(&link).await;
    let begun = Instant::now();
    let failed = link.invoke::<()>("Wait", ()).await;
    let Err(error @ InvokeError::TimedOut(_)) = failed else {
        panic!("{failed:?}");
    };
    assert!(error.to_string().contains("5s"), "{error}");
    assert_eq!(begun.elapsed(), seconds(5));
    peer.text().await;
    assert_eq!(peer.text().await, r#"{"type":5,"invocationId":"1"}"#);
}

#[tokio::test(start_paused = true)]
async fn a_call_can_be_called_off() {
    let (link, mut peer) = connected().await;
    let (stop, stopped) = oneshot::channel::<()>();
    let call = link
        .invoke::<()>("Wait", ())
        .cancel_when(async { drop(stopped.await) });
    let call = tokio::spawn(call);
    peer.text().await;
    advance(seconds(1)).await;
    assert!(!call.is_finished());
    drop(stop);
    let failed = call.await.expect("no panic");
    assert!(matches!(failed, Err(InvokeError::Cancelled)));
    assert_eq!(peer.text().await, r#"{"type":5,"invocationId":"1"}"#);
}
