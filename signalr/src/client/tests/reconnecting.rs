//! What happens when a connection is lost.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::future::join;
use tokio::sync::{Notify, mpsc};
use tokio::time::{Instant, advance, sleep};

use super::peer::{CLOSE, PING, Peer, Peers, builder, settle};
use crate::client::{ConnectionState, HubConnection, RetryContext, RetryDelays};
use crate::error::{CloseReason, InvokeError};

const fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}

/// What the listeners of a connection are told.
#[derive(Debug, PartialEq)]
enum Told {
    Reconnecting(CloseReason),
    Reconnected(Option<String>),
    Closed(CloseReason),
}

fn listen(link: &HubConnection) -> mpsc::UnboundedReceiver<Told> {
    let (sender, told) = mpsc::unbounded_channel();
    let tell = sender.clone();
    link.on_reconnecting(move |reason| drop(tell.send(Told::Reconnecting(reason))));
    let tell = sender.clone();
    link.on_reconnected(move |id| drop(tell.send(Told::Reconnected(id))));
    link.on_closed(move |reason| drop(sender.send(Told::Closed(reason))));
    told
}

/// A connection that reconnects after 0, 2, 10 and 30 seconds.
async fn connected() -> (HubConnection, Peer, Peers, mpsc::UnboundedReceiver<Told>) {
    let (builder, mut peers) = builder();
    let link = builder
        .automatic_reconnect(RetryDelays::default())
        .build()
        .expect("valid settings");
    let peer = peers.accept(&link).await;
    let told = listen(&link);
    (link, peer, peers, told)
}

async fn lost(told: &mut mpsc::UnboundedReceiver<Told>) -> CloseReason {
    match told.recv().await {
        Some(Told::Reconnecting(reason)) => reason,
        other => panic!("{other:?}"),
    }
}

async fn closed(told: &mut mpsc::UnboundedReceiver<Told>) -> CloseReason {
    match told.recv().await {
        Some(Told::Closed(reason)) => reason,
        other => panic!("{other:?}"),
    }
}

#[tokio::test(start_paused = true)]
async fn a_lost_connection_is_made_again_at_once() {
    let (link, mut peer, mut peers, mut told) = connected().await;
    let (sender, mut heard) = mpsc::unbounded_channel();
    link.on("Say", move |text: String| drop(sender.send(text)));
    let call = tokio::spawn(link.invoke::<()>("Wait", ()));
    let mut stream = link.stream::<i32>("Items", ()).await.expect("it is queued");
    peer.text().await;
    peer.text().await;
    let begun = Instant::now();
    peer.faults().cut();

    let CloseReason::TransportLost(how) = lost(&mut told).await else {
        panic!("lost");
    };
    assert!(how.contains("the wire is cut"), "{how}");
    assert_eq!(link.state(), ConnectionState::Reconnecting);
    assert_eq!(link.connection_id(), None);
    let failed = call.await.expect("no panic").expect_err("no answer");
    assert!(
        matches!(&failed, InvokeError::Closed(reason) if reason.allows_reconnect()),
        "{failed}"
    );
    let item = stream.next().await;
    assert!(matches!(item, Some(Err(InvokeError::Closed(_)))));

    // A whole handshake, and the ping that makes the server watch.
    let mut peer = peers.shake_hands().await;
    assert_eq!(
        told.recv().await,
        Some(Told::Reconnected(Some("c2".into())))
    );
    assert_eq!(begun.elapsed(), seconds(0));
    assert_eq!(link.state(), ConnectionState::Connected);
    assert_eq!(link.connection_id().as_deref(), Some("c2"));

    // Handlers survive, calls go out, pings are sent.
    peer.send(r#"{"type":1,"target":"Say","arguments":["hi"]}"#)
        .await;
    assert_eq!(heard.recv().await.as_deref(), Some("hi"));
    link.notify("X", ()).await.expect("it is connected");
    assert_eq!(
        peer.text().await,
        r#"{"type":1,"target":"X","arguments":[]}"#
    );
    assert_eq!(peer.text().await, PING);
    assert_eq!(begun.elapsed(), seconds(15));
}

#[tokio::test(start_paused = true)]
async fn the_default_delays_are_those_of_the_official_clients() {
    let (link, peer, peers, mut told) = connected().await;
    peers.close_way(true);
    peer.faults().cut();
    lost(&mut told).await;
    let reason = closed(&mut told).await;
    assert_eq!(peers.times(), [0, 0, 2, 12, 42]);
    let CloseReason::ReconnectFailed {
        attempts,
        elapsed,
        last,
    } = &reason
    else {
        panic!("{reason}");
    };
    assert_eq!((*attempts, *elapsed), (4, seconds(42)));
    assert_eq!(last, "the transport could not be opened: no route");
    assert!(reason.to_string().contains("4 attempts"), "{reason}");
    assert_eq!(link.state(), ConnectionState::Disconnected);

    // And it can be started again.
    let mut peers = peers;
    peers.close_way(false);
    peers.accept(&link).await;
}

#[tokio::test]
async fn without_a_policy_a_lost_connection_is_closed() {
    let (builder, mut peers) = builder();
    let link = builder.build().expect("valid settings");
    let peer = peers.accept(&link).await;
    let mut told = listen(&link);
    peer.faults().cut();
    assert!(matches!(
        closed(&mut told).await,
        CloseReason::TransportLost(_)
    ));
    assert_eq!(peers.tries(), 1);
}

#[tokio::test]
async fn a_policy_that_gives_up_at_once_keeps_the_reason() {
    let (link, peer, _peers, mut told) = connected().await;
    link.set_automatic_reconnect(|_: &RetryContext<'_>| None);
    peer.faults().cut();
    assert!(matches!(
        closed(&mut told).await,
        CloseReason::TransportLost(_)
    ));
}

/// Whether the client comes back after `how`.
async fn comes_back(how: impl AsyncFnOnce(&mut Peer)) -> (bool, CloseReason) {
    let (link, mut peer, mut peers, mut told) = connected().await;
    how(&mut peer).await;
    match told.recv().await.expect("it is told") {
        Told::Closed(reason) => {
            assert_eq!(link.state(), ConnectionState::Disconnected);
            (false, reason)
        }
        Told::Reconnecting(reason) => {
            peers.shake_hands().await;
            assert!(matches!(told.recv().await, Some(Told::Reconnected(_))));
            (true, reason)
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn the_servers_close_decides_whether_the_client_comes_back() {
    let (back, _) = comes_back(async |peer| peer.send(CLOSE).await).await;
    assert!(!back);
    let (back, reason) =
        comes_back(async |peer| peer.send(r#"{"type":7,"error":"no"}"#).await).await;
    assert!(!back && !reason.allows_reconnect());
    let (back, reason) = comes_back(async |peer| {
        peer.send(r#"{"type":7,"error":"busy","allowReconnect":true}"#)
            .await;
        // The client says goodbye to the old connection.
        assert_eq!(peer.text().await, CLOSE);
        peer.closed().await;
    })
    .await;
    assert!(back && reason.allows_reconnect());
}

#[tokio::test]
async fn a_transport_that_ends_in_good_order_is_made_again() {
    let (back, reason) = comes_back(async |peer| peer.close().await).await;
    assert!(back);
    assert_eq!(reason, CloseReason::TransportClosed);
}

#[tokio::test]
async fn a_server_that_breaks_the_protocol_is_tried_again() {
    let (back, reason) = comes_back(async |peer| peer.send("[]").await).await;
    assert!(back);
    assert!(matches!(reason, CloseReason::Protocol(_)));
}

#[tokio::test(start_paused = true)]
async fn a_server_that_is_silent_is_tried_again() {
    let begun = Instant::now();
    let (back, reason) = comes_back(async |_| {}).await;
    assert!(back);
    assert_eq!(reason, CloseReason::ServerTimeout(seconds(30)));
    assert_eq!(begun.elapsed(), seconds(30));
}

#[tokio::test]
async fn a_first_start_is_not_tried_again() {
    let (builder, peers) = builder();
    let link = builder
        .automatic_reconnect(RetryDelays::default())
        .build()
        .expect("valid settings");
    peers.close_way(true);
    let mut told = listen(&link);
    link.start().await.expect_err("no route");
    assert_eq!(peers.tries(), 1);
    assert_eq!(link.state(), ConnectionState::Disconnected);
    assert!(told.try_recv().is_err(), "a start that fails is no end");
}

#[tokio::test]
async fn nothing_is_tried_after_a_stop() {
    let (link, mut peer, peers, mut told) = connected().await;
    let farewell = async {
        assert_eq!(peer.text().await, CLOSE);
        peer.closed().await;
    };
    join(link.stop(), farewell).await;
    assert_eq!(closed(&mut told).await, CloseReason::Stopped);
    assert_eq!(peers.tries(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_stop_during_the_delay_ends_it_at_once() {
    let (link, peer, peers, mut told) = connected().await;
    peers.close_way(true);
    peer.faults().cut();
    lost(&mut told).await;
    advance(seconds(5)).await;
    let begun = Instant::now();
    link.stop().await;
    assert_eq!(begun.elapsed(), seconds(0));
    assert_eq!(link.state(), ConnectionState::Disconnected);
    assert_eq!(closed(&mut told).await, CloseReason::Stopped);
    let tries = peers.tries();
    advance(seconds(100)).await;
    settle().await;
    assert_eq!(peers.tries(), tries);
}

#[tokio::test(start_paused = true)]
async fn a_stop_during_a_try_ends_it_at_once() {
    let (link, peer, mut peers, mut told) = connected().await;
    peer.faults().cut();
    lost(&mut told).await;
    // The server does not shake hands.
    let _peer = peers.next().await;
    let begun = Instant::now();
    link.stop().await;
    assert_eq!(begun.elapsed(), seconds(0));
    assert_eq!(closed(&mut told).await, CloseReason::Stopped);
}

#[tokio::test(start_paused = true)]
async fn a_listener_may_stop_the_reconnect() {
    let (link, peer, peers, mut told) = connected().await;
    let weak = link.downgrade();
    link.on_reconnecting(move |_| {
        let link = weak.upgrade().expect("a handle is left");
        async move { link.stop().await }
    });
    peer.faults().cut();
    lost(&mut told).await;
    assert_eq!(closed(&mut told).await, CloseReason::Stopped);
    assert_eq!(peers.tries(), 1);
}

#[tokio::test(start_paused = true)]
async fn the_last_handle_ends_the_reconnect() {
    let (link, peer, peers, mut told) = connected().await;
    peers.close_way(true);
    peer.faults().cut();
    lost(&mut told).await;
    drop(link);
    assert_eq!(closed(&mut told).await, CloseReason::Stopped);
}

#[tokio::test(start_paused = true)]
async fn a_second_loss_begins_the_delays_anew() {
    let (_link, mut peer, mut peers, mut told) = connected().await;
    for _ in 0..6 {
        sleep(seconds(1)).await;
        let begun = Instant::now();
        peer.faults().cut();
        lost(&mut told).await;
        peer = peers.shake_hands().await;
        assert!(matches!(told.recv().await, Some(Told::Reconnected(_))));
        assert_eq!(begun.elapsed(), seconds(0));
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_that_drops_clients_at_once_is_a_try_that_failed() {
    let (_link, mut peer, mut peers, mut told) = connected().await;
    sleep(seconds(1)).await;
    let mut waits = Vec::new();
    for _ in 0..4 {
        let begun = Instant::now();
        peer.faults().cut();
        lost(&mut told).await;
        peer = peers.shake_hands().await;
        assert!(matches!(told.recv().await, Some(Told::Reconnected(_))));
        waits.push(begun.elapsed().as_secs());
    }
    assert_eq!(waits, [0, 2, 10, 30]);
    peer.faults().cut();
    // The policy gives up.
    let reason = closed(&mut told).await;
    assert!(matches!(reason, CloseReason::TransportLost(_)), "{reason}");
}

#[tokio::test(start_paused = true)]
async fn a_try_that_is_not_answered_fails_and_counts() {
    let (_link, peer, mut peers, mut told) = connected().await;
    let begun = Instant::now();
    peer.faults().cut();
    lost(&mut told).await;
    // The first try: the handshake is refused. The second: it is not answered for 15 s.
    let mut refusing = peers.next().await;
    refusing.text().await;
    refusing.send(r#"{"error":"not today"}"#).await;
    refusing.closed().await;
    refusing.close().await;
    let _silent = peers.next().await;
    assert_eq!(begun.elapsed(), seconds(2));
    peers.shake_hands().await;
    assert_eq!(begun.elapsed(), seconds(2 + 15 + 10));
    assert_eq!(
        told.recv().await,
        Some(Told::Reconnected(Some("c4".into())))
    );
}

#[tokio::test(start_paused = true)]
async fn a_policy_is_told_what_it_needs() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let (builder, mut peers) = builder();
    let link = {
        let seen = Arc::clone(&seen);
        builder
            .automatic_reconnect(move |context: &RetryContext<'_>| {
                seen.lock().expect("no panic").push((
                    context.previous_retry_count,
                    context.elapsed,
                    context.reason.to_string(),
                ));
                (context.previous_retry_count < 2).then_some(seconds(3))
            })
            .build()
            .expect("valid settings")
    };
    let mut peer = peers.accept(&link).await;
    let mut told = listen(&link);
    peers.close_way(true);
    peer.send(r#"{"type":7,"error":"busy","allowReconnect":true}"#)
        .await;
    peer.text().await;
    lost(&mut told).await;
    closed(&mut told).await;
    let no_route = "the transport could not be opened: no route";
    let busy = "the server closed the connection with the following error: busy";
    assert_eq!(
        *seen.lock().expect("no panic"),
        [
            (0, seconds(0), busy.to_owned()),
            (1, seconds(3), no_route.to_owned()),
            (2, seconds(6), no_route.to_owned()),
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn a_policy_that_is_set_late_is_used() {
    let (builder, mut peers) = builder();
    let link = builder.build().expect("valid settings");
    let peer = peers.accept(&link).await;
    let mut told = listen(&link);
    link.set_automatic_reconnect(vec![seconds(7)]);
    let begun = Instant::now();
    peer.faults().cut();
    lost(&mut told).await;
    let peer = peers.shake_hands().await;
    assert_eq!(begun.elapsed(), seconds(7));
    assert!(matches!(told.recv().await, Some(Told::Reconnected(_))));

    // Also while the connection is lost.
    sleep(seconds(1)).await;
    peers.close_way(true);
    peer.faults().cut();
    lost(&mut told).await;
    link.set_automatic_reconnect([seconds(1), seconds(50)]);
    advance(seconds(8)).await;
    settle().await;
    peers.close_way(false);
    let begun = Instant::now();
    peers.shake_hands().await;
    assert!(begun.elapsed() > seconds(45), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn a_policy_that_panics_gives_up() {
    let (link, peer, _peers, mut told) = connected().await;
    link.set_automatic_reconnect(|_: &RetryContext<'_>| panic!("by intent"));
    peer.faults().cut();
    assert!(matches!(
        closed(&mut told).await,
        CloseReason::TransportLost(_)
    ));
}

fn explode(_: CloseReason) {
    panic!("by intent");
}

#[tokio::test(start_paused = true)]
async fn a_listener_that_waits_for_ever_or_panics_holds_up_nothing() {
    let (link, peer, mut peers, mut told) = connected().await;
    link.on_reconnecting(|_| std::future::pending::<()>());
    link.on_reconnecting(explode);
    link.on_reconnected(|_| std::future::pending::<()>());
    peer.faults().cut();
    lost(&mut told).await;
    let mut peer = peers.shake_hands().await;
    assert!(matches!(told.recv().await, Some(Told::Reconnected(_))));
    join(link.stop(), async {
        peer.text().await;
        peer.closed().await;
    })
    .await;
    assert_eq!(closed(&mut told).await, CloseReason::Stopped);
}

#[tokio::test(start_paused = true)]
async fn calls_of_the_server_are_handled_in_order_across_a_loss() {
    let (link, mut peer, mut peers, mut told) = connected().await;
    let gate = Arc::new(Notify::new());
    let (sender, mut heard) = mpsc::unbounded_channel();
    let wait = Arc::clone(&gate);
    link.on("Say", move |number: i32| {
        let (wait, sender) = (Arc::clone(&wait), sender.clone());
        async move {
            if number == 0 {
                wait.notified().await;
            }
            let _ = sender.send(number);
        }
    });
    let say = |number: i32| format!(r#"{{"type":1,"target":"Say","arguments":[{number}]}}"#);
    peer.send(&say(0)).await;
    peer.send(&say(1)).await;
    settle().await;
    peer.faults().cut();
    lost(&mut told).await;
    let mut peer = peers.shake_hands().await;
    peer.send(&say(2)).await;
    settle().await;
    assert!(heard.try_recv().is_err());
    gate.notify_one();
    for number in 0..3 {
        assert_eq!(heard.recv().await, Some(number));
    }
}

#[tokio::test]
async fn a_runtime_that_shuts_down_ends_the_reconnect() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let (link, _peers) = std::thread::spawn(move || {
        let ended = runtime.block_on(async {
            let (link, peer, peers, mut told) = connected().await;
            peers.close_way(true);
            peer.faults().cut();
            lost(&mut told).await;
            (link, peers)
        });
        drop(runtime);
        ended
    })
    .join()
    .expect("no panic");
    assert_eq!(link.state(), ConnectionState::Disconnected);
}
