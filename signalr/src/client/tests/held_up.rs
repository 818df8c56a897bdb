use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::future::join;
use tokio::sync::{Notify, mpsc};
use tokio::time::{Instant, advance};

use super::peer::{PING, Peer, builder, settle};
use crate::client::{ConnectionState, HubConnection};
use crate::error::{CloseReason, InvokeError};

/// A connection on which five items of a stream wait at most.
async fn connected() -> (HubConnection, Peer) {
    let (builder, mut peers) = builder();
    let link = builder
        .stream_buffer_capacity(5)
        .build()
        .expect("valid settings");
    let peer = peers.accept(&link).await;
    (link, peer)
}

async fn send_items(peer: &mut Peer, items: std::ops::Range<i32>) {
    for item in items {
        peer.send(&format!(r#"{{"type":2,"invocationId":"1","item":{item}}}"#))
            .await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_is_not_read_stops_the_reading_but_not_the_pings() {
    let (link, mut peer) = connected().await;
    let (sender, mut heard) = mpsc::unbounded_channel();
    link.on("Say", move || sender.send(()).expect("the test still runs"));
    let mut stream = link
        .stream::<i32>("Counter", ())
        .await
        .expect("it is queued");
    peer.text().await;
    send_items(&mut peer, 0..6).await;
    peer.send(r#"{"type":1,"target":"Say","arguments":[]}"#)
        .await;
    // Far longer than the server's time-out: it is suspended.
    for _ in 0..10 {
        assert_eq!(peer.text().await, PING);
    }
    assert_eq!(link.state(), ConnectionState::Connected);
    assert!(heard.try_recv().is_err());

    let read = Instant::now();
    assert!(matches!(stream.next().await, Some(Ok(0))));
    settle().await;
    assert!(heard.try_recv().is_err(), "the sixth item filled it again");
    assert!(matches!(stream.next().await, Some(Ok(1))));
    assert_eq!(heard.recv().await, Some(()));
    assert_eq!(read.elapsed(), Duration::ZERO);

    // From now on silence counts again.
    let (sender, mut reasons) = mpsc::unbounded_channel();
    link.on_closed(move |reason| sender.send(reason).expect("the test still runs"));
    reasons.recv().await.expect("a reason");
    assert_eq!(read.elapsed(), Duration::from_secs(30));
}

#[tokio::test(start_paused = true)]
async fn reading_goes_on_when_the_unread_stream_is_dropped() {
    let (link, mut peer) = connected().await;
    let (sender, mut heard) = mpsc::unbounded_channel();
    link.on("Say", move || sender.send(()).expect("the test still runs"));
    let stream = link
        .stream::<i32>("Counter", ())
        .await
        .expect("it is queued");
    peer.text().await;
    send_items(&mut peer, 0..20).await;
    peer.send(r#"{"type":1,"target":"Say","arguments":[]}"#)
        .await;
    settle().await;
    assert!(heard.try_recv().is_err());
    drop(stream);
    assert_eq!(heard.recv().await, Some(()));
}

#[tokio::test]
async fn the_servers_writing_is_held_up_in_the_end() {
    let (link, mut peer) = connected().await;
    let mut stream = link
        .stream::<String>("Texts", ())
        .await
        .expect("it is queued");
    peer.text().await;
    let text = "x".repeat(1000);
    let sending = tokio::spawn(async move {
        for _ in 0..1000 {
            peer.send(&format!(
                r#"{{"type":2,"invocationId":"1","item":"{text}"}}"#
            ))
            .await;
        }
        peer
    });
    settle().await;
    assert!(!sending.is_finished());
    for _ in 0..1000 {
        let item = stream.next().await.expect("an item");
        assert_eq!(item.expect("no error").len(), 1000);
    }
    sending.await.expect("no panic");
}

#[tokio::test]
async fn the_reader_of_a_stream_may_call_the_hub_between_its_items() {
    let (link, mut peer) = connected().await;
    let mut stream = link
        .stream::<i32>("Counter", ())
        .await
        .expect("it is queued");
    peer.text().await;
    let serve = async {
        for call in 2..12 {
            // All answers lie behind items that do not fit.
            send_items(&mut peer, 0..10).await;
            peer.text().await;
            peer.send(&format!(
                r#"{{"type":3,"invocationId":"{call}","result":null}}"#
            ))
            .await;
        }
        peer.send(r#"{"type":3,"invocationId":"1"}"#).await;
    };
    let read = async {
        for _ in 0..10 {
            assert!(matches!(stream.next().await, Some(Ok(_))));
            let answer = link.invoke::<()>("Process", ()).await;
            answer.expect("an answer");
        }
        (&mut stream).count().await
    };
    let ((), rest) = join(serve, read).await;
    assert_eq!(rest, 90);
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_holds_up_a_call_for_too_long_fails() {
    let (link, mut peer) = connected().await;
    let mut stream = link
        .stream::<i32>("Counter", ())
        .await
        .expect("it is queued");
    peer.text().await;
    let call = tokio::spawn(link.invoke::<i32>("X", ()));
    peer.text().await;
    let begun = Instant::now();
    // A hundred times the capacity is read while the call waits; its answer is behind that.
    send_items(&mut peer, 0..501).await;
    peer.send(r#"{"type":3,"invocationId":"2","result":7}"#)
        .await;
    let answer = call.await.expect("no panic");
    assert_eq!(answer.expect("an answer"), 7);
    assert_eq!(begun.elapsed(), Duration::from_secs(30));
    assert_eq!(peer.text().await, PING);
    assert_eq!(peer.text().await, PING);
    assert_eq!(peer.text().await, r#"{"type":5,"invocationId":"1"}"#);
    for item in 0..500 {
        assert!(matches!(stream.next().await, Some(Ok(next)) if next == item));
    }
    let error = stream.next().await;
    assert!(matches!(error, Some(Err(InvokeError::Overrun))));
    assert!(stream.next().await.is_none());
}

/// A connection whose handler of `Say` waits for the gate.
async fn slow() -> (
    HubConnection,
    Peer,
    Arc<Notify>,
    mpsc::UnboundedReceiver<i32>,
) {
    let (link, peer) = connected().await;
    let gate = Arc::new(Notify::new());
    let (sender, heard) = mpsc::unbounded_channel();
    let wait = Arc::clone(&gate);
    link.on("Say", move |number: i32| {
        let (wait, sender) = (Arc::clone(&wait), sender.clone());
        async move {
            if number == 0 {
                wait.notified().await;
            }
            sender.send(number).expect("the test still runs");
        }
    });
    (link, peer, gate, heard)
}

async fn say(peer: &mut Peer, numbers: std::ops::Range<i32>) {
    for number in numbers {
        peer.send(&format!(
            r#"{{"type":1,"target":"Say","arguments":[{number}]}}"#
        ))
        .await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_handler_that_waits_stops_the_reading_when_many_calls_have_come() {
    let (link, mut peer, gate, mut heard) = slow().await;
    say(&mut peer, 0..500).await;
    for _ in 0..10 {
        assert_eq!(peer.text().await, PING);
    }
    assert_eq!(link.state(), ConnectionState::Connected);
    gate.notify_one();
    for number in 0..500 {
        assert_eq!(heard.recv().await, Some(number));
    }
}

#[tokio::test]
async fn a_handler_that_waits_does_not_hold_up_a_call() {
    let (link, mut peer, _gate, _heard) = slow().await;
    say(&mut peer, 0..500).await;
    let serve = async {
        peer.text().await;
        peer.send(r#"{"type":3,"invocationId":"1","result":7}"#)
            .await;
    };
    let (answer, ()) = join(link.invoke::<i32>("X", ()), serve).await;
    assert_eq!(answer.expect("an answer"), 7);
}

#[tokio::test(start_paused = true)]
async fn handlers_that_hold_up_a_call_for_too_long_end_the_connection() {
    let (link, mut peer, _gate, _heard) = slow().await;
    let call = tokio::spawn(link.invoke::<i32>("X", ()));
    peer.text().await;
    say(&mut peer, 0..10_001).await;
    advance(Duration::from_secs(30)).await;
    let failed = call.await.expect("no panic");
    assert!(matches!(
        failed,
        Err(InvokeError::Closed(CloseReason::HandlersTooSlow))
    ));
}
