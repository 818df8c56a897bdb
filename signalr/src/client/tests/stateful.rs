//! Stateful reconnect: a connection that outlives its transport.

use std::time::Duration;

use futures_util::StreamExt;
use futures_util::future::{join, poll_immediate};
use tokio::sync::mpsc;
use tokio::time::{Instant, advance};

use super::peer::{CLOSE, PING, Peer, Peers, settle, stateful_builder};
use crate::client::{ConnectionState, HubConnection, RetryDelays};
use crate::error::{CloseReason, InvokeError};

const fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}

fn sequence(id: i64) -> String {
    format!(r#"{{"type":9,"sequenceId":{id}}}"#)
}

fn ack(id: i64) -> String {
    format!(r#"{{"type":8,"sequenceId":{id}}}"#)
}

fn say(number: i64) -> String {
    format!(r#"{{"type":1,"target":"Say","arguments":[{number}]}}"#)
}

/// A connection that keeps so many bytes, and what its handler of `Say` hears.
async fn kept(bytes: usize) -> (HubConnection, Peer, Peers, mpsc::UnboundedReceiver<i64>) {
    let (builder, mut peers) = stateful_builder();
    let link = builder
        .stateful_reconnect_buffer_size(bytes)
        .build()
        .expect("valid settings");
    let (sender, heard) = mpsc::unbounded_channel();
    link.on("Say", move |number: i64| {
        let _ = sender.send(number);
    });
    let (started, peer) = join(link.start(), peers.shake_hands_as(2)).await;
    started.expect("the handshake is right");
    (link, peer, peers, heard)
}

async fn connected() -> (HubConnection, Peer, Peers, mpsc::UnboundedReceiver<i64>) {
    kept(100_000).await
}

#[tokio::test(start_paused = true)]
async fn nothing_is_lost_and_nothing_comes_twice() {
    let (link, mut peer, mut peers, mut heard) = connected().await;
    let call = tokio::spawn(link.invoke::<i32>("Wait", ()));
    peer.text().await;
    link.notify("Lost", (1,)).await.expect("it is queued");
    peer.send(&say(1)).await;
    peer.send(&say(2)).await;
    assert_eq!((heard.recv().await, heard.recv().await), (Some(1), Some(2)));
    // The server has the call, but not the other message.
    peer.send(&ack(1)).await;
    settle().await;
    peer.faults().cut();

    let mut peer = peers.next_attached().await;
    assert_eq!(link.state(), ConnectionState::Connected);
    assert_eq!(link.connection_id().as_deref(), Some("c1"));
    // No handshake; the client says where it goes on.
    assert_eq!(peer.text().await, sequence(2));
    assert_eq!(
        peer.text().await,
        r#"{"type":1,"target":"Lost","arguments":[1]}"#
    );
    // The server does not know what the client has.
    for message in [sequence(1), say(1), say(2), say(3)] {
        peer.send(&message).await;
    }
    assert_eq!(heard.recv().await, Some(3));
    peer.send(r#"{"type":3,"invocationId":"1","result":7}"#)
        .await;
    assert_eq!(call.await.expect("no panic").expect("an answer"), 7);
    assert!(heard.try_recv().is_err());
    advance(seconds(1)).await;
    assert_eq!(peer.text().await, ack(4));
    assert_eq!(peers.tries(), 1);
}

#[tokio::test(start_paused = true)]
async fn what_is_sent_while_the_transport_is_away_goes_out_later() {
    let (link, peer, mut peers, _heard) = connected().await;
    peers.hold_attach(true);
    peer.faults().cut();
    settle().await;
    for number in 0..3 {
        link.notify("Count", (number,)).await.expect("it is queued");
    }
    peers.hold_attach(false);
    let mut peer = peers.next_attached().await;
    assert_eq!(peer.text().await, sequence(1));
    for number in 0..3 {
        assert_eq!(
            peer.text().await,
            format!(r#"{{"type":1,"target":"Count","arguments":[{number}]}}"#)
        );
    }
}

#[tokio::test(start_paused = true)]
async fn what_has_arrived_is_acknowledged_within_a_second() {
    let (_link, mut peer, _peers, mut heard) = connected().await;
    let begun = Instant::now();
    for number in 0..3 {
        peer.send(&say(number)).await;
        heard.recv().await;
        advance(Duration::from_millis(100)).await;
    }
    peer.send(PING).await;
    assert_eq!(peer.text().await, ack(3));
    assert_eq!(begun.elapsed(), seconds(1));
    // Nothing new, nothing to say.
    assert_eq!(peer.text().await, PING);
    assert_eq!(begun.elapsed(), seconds(1 + 15));
}

#[tokio::test(start_paused = true)]
async fn much_that_has_arrived_is_acknowledged_at_once() {
    let (link, mut peer, _peers, _heard) = connected().await;
    link.on("Text", |_: String| {});
    let begun = Instant::now();
    let text = "x".repeat(40_000);
    peer.send(&format!(
        r#"{{"type":1,"target":"Text","arguments":["{text}"]}}"#
    ))
    .await;
    assert_eq!(peer.text().await, ack(1));
    assert_eq!(begun.elapsed(), seconds(0));
}

#[tokio::test(start_paused = true)]
async fn senders_wait_for_acknowledgements() {
    let (link, mut peer, _peers, _heard) = kept(500).await;
    let text = "x".repeat(200);
    for _ in 0..3 {
        link.notify("Text", (&text,)).await.expect("it is queued");
        peer.text().await;
    }
    let mut fourth = link.notify("Text", (&text,));
    assert!(poll_immediate(&mut fourth).await.is_none());
    peer.send(&ack(2)).await;
    fourth.await.expect("it is queued");
    peer.text().await;
}

#[tokio::test(start_paused = true)]
async fn acknowledgements_are_found_behind_a_stream_that_is_not_read() {
    let (builder, mut peers) = stateful_builder();
    let link = builder
        .stream_buffer_capacity(5)
        .stateful_reconnect_buffer_size(100)
        .build()
        .expect("valid settings");
    let (started, mut peer) = join(link.start(), peers.shake_hands_as(2)).await;
    started.expect("the handshake is right");
    let mut items = link.stream::<i32>("Items", ()).await.expect("it is queued");
    peer.text().await;
    for item in 0..10 {
        peer.send(&format!(r#"{{"type":2,"invocationId":"1","item":{item}}}"#))
            .await;
    }
    let text = "x".repeat(100);
    link.notify("Text", (&text,)).await.expect("it is queued");
    peer.text().await;
    let mut waiting = link.notify("Text", (&text,));
    assert!(poll_immediate(&mut waiting).await.is_none());
    peer.send(&ack(2)).await;
    waiting.await.expect("it is queued");
    for item in 0..10 {
        assert!(matches!(items.next().await, Some(Ok(next)) if next == item));
    }
}

#[tokio::test(start_paused = true)]
async fn only_what_follows_the_sequence_counts() {
    let (_link, mut peer, mut peers, mut heard) = connected().await;
    peer.send(&say(1)).await;
    heard.recv().await;
    peer.faults().cut();
    let mut peer = peers.next_attached().await;
    for message in [say(99), sequence(2), say(2)] {
        peer.send(&message).await;
    }
    assert_eq!(heard.recv().await, Some(2));
}

#[tokio::test(start_paused = true)]
async fn a_sequence_that_leaves_messages_out_ends_the_connection() {
    let (link, peer, mut peers, _heard) = connected().await;
    let (sender, mut reasons) = mpsc::unbounded_channel();
    link.on_closed(move |reason| drop(sender.send(reason)));
    peer.faults().cut();
    let mut peer = peers.next_attached().await;
    peer.send(&sequence(5)).await;
    let reason = reasons.recv().await.expect("a reason");
    assert!(matches!(reason, CloseReason::Protocol(_)), "{reason}");
    assert!(reason.allows_reconnect());
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_the_server_has_forgotten_is_lost() {
    let (link, mut peer, peers, _heard) = connected().await;
    let (sender, mut reasons) = mpsc::unbounded_channel();
    link.on_closed(move |reason| drop(sender.send(reason)));
    let call = tokio::spawn(link.invoke::<()>("Wait", ()));
    peer.text().await;
    peers.close_way(true);
    peer.faults().cut();
    let reason = reasons.recv().await.expect("a reason");
    let CloseReason::TransportLost(how) = &reason else {
        panic!("{reason}");
    };
    assert!(
        how.contains("the wire is cut") && how.contains("no route"),
        "{how}"
    );
    let failed = call.await.expect("no panic");
    assert!(matches!(failed, Err(InvokeError::Closed(_))));
}

#[tokio::test(start_paused = true)]
async fn a_way_back_that_leads_nowhere_is_given_up_in_time() {
    let (link, peer, peers, _heard) = connected().await;
    let (sender, mut reasons) = mpsc::unbounded_channel();
    link.on_closed(move |reason| drop(sender.send(reason)));
    peers.hold_attach(true);
    let begun = Instant::now();
    peer.faults().cut();
    reasons.recv().await.expect("a reason");
    assert_eq!(begun.elapsed(), seconds(15));
}

#[tokio::test(start_paused = true)]
async fn automatic_reconnect_takes_over_where_stateful_reconnect_fails() {
    let (builder, mut peers) = stateful_builder();
    let link = builder
        .automatic_reconnect(RetryDelays::default())
        .build()
        .expect("valid settings");
    let (started, peer) = join(link.start(), peers.shake_hands_as(2)).await;
    started.expect("the handshake is right");
    peers.close_way(true);
    peer.faults().cut();
    while link.state() == ConnectionState::Connected {
        tokio::task::yield_now().await;
    }
    peers.close_way(false);
    let mut peer = peers.shake_hands_as(2).await;
    link.notify("X", ()).await.expect("it is connected");
    peer.text().await;
    // The numbers begin anew.
    peer.faults().cut();
    let mut peer = peers.next_attached().await;
    assert_eq!(peer.text().await, sequence(1));
    assert_eq!(
        peer.text().await,
        r#"{"type":1,"target":"X","arguments":[]}"#
    );
}

#[tokio::test(start_paused = true)]
async fn an_end_in_good_order_is_final() {
    let (link, mut peer, peers, _heard) = connected().await;
    peer.close().await;
    while link.state() == ConnectionState::Connected {
        tokio::task::yield_now().await;
    }
    assert_eq!(peers.attached(), 0);

    let (link, mut peer, peers, _heard) = connected().await;
    peer.send(CLOSE).await;
    while link.state() == ConnectionState::Connected {
        tokio::task::yield_now().await;
    }
    assert_eq!(peers.attached(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_stop_while_the_transport_is_away_ends_at_once() {
    let (link, peer, peers, _heard) = connected().await;
    peers.hold_attach(true);
    peer.faults().cut();
    settle().await;
    let begun = Instant::now();
    link.stop().await;
    assert_eq!(begun.elapsed(), seconds(0));
    assert_eq!(link.state(), ConnectionState::Disconnected);
}

#[tokio::test(start_paused = true)]
async fn transports_that_are_lost_before_a_word_are_not_tried_for_ever() {
    let (link, peer, mut peers, _heard) = connected().await;
    let (sender, mut reasons) = mpsc::unbounded_channel();
    link.on_closed(move |reason| drop(sender.send(reason)));
    peer.faults().cut();
    let cutting = async {
        loop {
            peers.next_attached().await.faults().cut();
        }
    };
    tokio::select! {
        () = cutting => {}
        reason = reasons.recv() => assert!(matches!(reason, Some(CloseReason::TransportLost(_)))),
    }
    assert_eq!(peers.attached(), 10);
}
