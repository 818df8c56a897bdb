//! A stop at any moment.

use std::future::pending;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::{join, join_all};
use futures_util::{FutureExt, StreamExt, poll, stream};
use tokio::sync::{Notify, mpsc};
use tokio::time::Instant;

use super::peer::{CLOSE, Peers, builder, connected, settle};
use crate::client::{ConnectionState, HubConnection, StartError};
use crate::contract::Upload;
use crate::error::{CloseReason, InvokeError};

fn built() -> (HubConnection, Peers) {
    let (builder, peers) = builder();
    (builder.build().expect("valid settings"), peers)
}

#[tokio::test(start_paused = true)]
async fn a_stop_needs_nobody_to_go_on_with_the_start() {
    let (link, mut peers) = built();
    let mut start = pin!(link.start());
    assert!(poll!(&mut start).is_pending());
    // In the same task, as behind a `select!`: nothing polls the start meanwhile.
    link.stop().await;
    assert_eq!(link.state(), ConnectionState::Disconnected);
    // Another start has nothing to do with the first one.
    let _first = peers.next().await;
    let peer = peers.accept(&link).await;
    assert!(matches!(start.await, Err(StartError::Stopped)));
    assert_eq!(link.state(), ConnectionState::Connected);
    link.stop().await;
    drop(peer);
}

#[tokio::test(start_paused = true)]
async fn a_start_that_is_dropped_late_harms_no_other() {
    let (link, mut peers) = built();
    let mut start = Box::pin(link.start());
    assert!(poll!(&mut start).is_pending());
    link.stop().await;
    let _first = peers.next().await;
    let _peer = peers.accept(&link).await;
    drop(start);
    assert_eq!(link.state(), ConnectionState::Connected);
}

#[tokio::test(start_paused = true)]
async fn many_stops_at_once_are_one() {
    let (link, mut peer) = connected().await;
    let (sender, mut ends) = mpsc::unbounded_channel();
    link.on_closed(move |reason| drop(sender.send(reason)));
    let stopping = join_all((0..10).map(|_| link.stop()));
    let agreeing = async {
        assert_eq!(peer.text().await, CLOSE);
        peer.close().await;
    };
    join(stopping, agreeing).await;
    assert_eq!(link.state(), ConnectionState::Disconnected);
    assert_eq!(ends.recv().await, Some(CloseReason::Stopped));
    settle().await;
    assert!(ends.try_recv().is_err());
    // Of a connection that is stopped already.
    link.stop().await;
    assert!(ends.try_recv().is_err());
}

#[tokio::test(start_paused = true)]
async fn a_stop_that_is_dropped_goes_on() {
    let (link, mut peer) = connected().await;
    let stop = link.stop();
    assert!(pin!(stop).now_or_never().is_none());
    assert_eq!(link.state(), ConnectionState::Disconnecting);
    assert!(matches!(
        link.start().await,
        Err(StartError::NotDisconnected(ConnectionState::Disconnecting))
    ));
    assert_eq!(peer.text().await, CLOSE);
    peer.close().await;
    link.stop().await;
    assert_eq!(link.state(), ConnectionState::Disconnected);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_reads_nothing_holds_a_stop_up_for_five_seconds() {
    let (link, _peer) = connected().await;
    // More than the transport holds.
    let much = "x".repeat(200_000);
    link.notify("Take", (much,)).await.expect("queued");
    let begun = Instant::now();
    link.stop().await;
    assert_eq!(begun.elapsed(), Duration::from_secs(5));
}

#[tokio::test(start_paused = true)]
async fn a_stop_ends_calls_streams_uploads_and_handlers() {
    let (link, mut peer) = connected().await;
    let waiting = Arc::new(Notify::new());
    let begun = Arc::clone(&waiting);
    link.on("Wait", move || {
        let begun = Arc::clone(&begun);
        async move {
            begun.notify_one();
            pending::<()>().await;
        }
    });
    peer.send(r#"{"type":1,"target":"Wait","arguments":[]}"#)
        .await;
    waiting.notified().await;
    let call = tokio::spawn(link.invoke::<i32>("Add", (1, 2)));
    let mut items = link.stream::<i32>("Counter", ()).await.expect("queued");
    let endless = Upload::new(stream::pending::<i32>());
    let upload = tokio::spawn(link.invoke::<i32>("Sum", (endless,)));
    settle().await;
    link.stop().await;
    for call in [call, upload] {
        let outcome = call.await.expect("no panic");
        assert!(
            matches!(outcome, Err(InvokeError::Closed(CloseReason::Stopped))),
            "{outcome:?}"
        );
    }
    assert!(matches!(
        items.next().await,
        Some(Err(InvokeError::Closed(CloseReason::Stopped)))
    ));
    assert!(items.next().await.is_none());
}

#[tokio::test(start_paused = true)]
async fn a_question_may_stop_the_connection_that_asks() {
    let (link, mut peer) = connected().await;
    let weak = link.downgrade();
    link.answer("Leave", move || {
        let weak = weak.clone();
        async move {
            if let Some(link) = weak.upgrade() {
                link.stop().await;
            }
            true
        }
    })
    .expect("the first");
    peer.send(r#"{"type":1,"invocationId":"s","target":"Leave","arguments":[]}"#)
        .await;
    assert_eq!(peer.text().await, CLOSE);
    peer.close().await;
    while link.state() != ConnectionState::Disconnected {
        settle().await;
    }
}
