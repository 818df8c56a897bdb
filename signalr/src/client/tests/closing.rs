use std::sync::Arc;

use futures_util::future::{join, poll_immediate};
use tokio::sync::{Notify, mpsc};

use super::peer::{CLOSE, Peer, builder, connected};
use crate::client::{ConnectionState, HubConnection};
use crate::error::{CloseReason, InvokeError};

/// What the listeners of a connection are told.
fn reasons(link: &HubConnection) -> mpsc::UnboundedReceiver<CloseReason> {
    let (sender, reasons) = mpsc::unbounded_channel();
    link.on_closed(move |reason| sender.send(reason).expect("the test still runs"));
    reasons
}

#[tokio::test]
async fn a_stop_is_told_to_the_server_and_to_listeners() {
    let (link, mut peer) = connected().await;
    let mut reasons = reasons(&link);
    link.notify("Last", ()).await.expect("it is queued");
    let farewell = async {
        assert_eq!(
            peer.text().await,
            r#"{"type":1,"target":"Last","arguments":[]}"#
        );
        assert_eq!(peer.text().await, CLOSE);
        peer.closed().await;
    };
    join(link.stop(), farewell).await;
    assert_eq!(reasons.recv().await, Some(CloseReason::Stopped));
}

#[tokio::test]
async fn pending_calls_fail_when_the_connection_is_stopped() {
    let (link, mut peer) = connected().await;
    let call = tokio::spawn(link.invoke::<()>("Wait", ()));
    peer.text().await;
    link.stop().await;
    let failed = call.await.expect("no panic");
    assert!(matches!(
        failed,
        Err(InvokeError::Closed(CloseReason::Stopped))
    ));
}

#[tokio::test]
async fn the_last_handle_closes_the_connection() {
    let (link, mut peer) = connected().await;
    let clone = link.clone();
    let weak = link.downgrade();
    drop(link);
    peer.silent().await;
    drop(clone);
    assert_eq!(peer.text().await, CLOSE);
    peer.closed().await;
    assert!(weak.upgrade().is_none());
}

#[tokio::test]
async fn a_stream_keeps_the_connection_open() {
    let (link, mut peer) = connected().await;
    let stream = link.stream::<i32>("X", ()).await.expect("it is queued");
    drop(link);
    peer.text().await;
    peer.silent().await;
    drop(stream);
    assert_eq!(peer.text().await, r#"{"type":5,"invocationId":"1"}"#);
    assert_eq!(peer.text().await, CLOSE);
}

/// How a connection ends when the server does something; a call is under way.
async fn ended(how: impl AsyncFnOnce(&mut Peer)) -> (CloseReason, InvokeError, Peer) {
    let (link, mut peer) = connected().await;
    let mut reasons = reasons(&link);
    let call = tokio::spawn(link.invoke::<()>("Wait", ()));
    peer.text().await;
    how(&mut peer).await;
    let reason = reasons.recv().await.expect("a reason");
    assert_eq!(link.state(), ConnectionState::Disconnected);
    let failed = call.await.expect("no panic").expect_err("no answer");
    (reason, failed, peer)
}

#[tokio::test]
async fn the_servers_close_is_answered() {
    let (reason, failed, mut peer) = ended(async |peer| peer.send(CLOSE).await).await;
    assert!(reason.is_orderly());
    assert!(matches!(
        reason,
        CloseReason::Server {
            error: None,
            allow_reconnect: false
        }
    ));
    assert!(matches!(failed, InvokeError::Closed(_)));
    assert_eq!(peer.text().await, CLOSE);
    peer.closed().await;
}

#[tokio::test]
async fn the_servers_error_is_told() {
    let (reason, failed, _peer) = ended(async |peer| {
        peer.send(r#"{"type":7,"error":"down for repairs","allowReconnect":true}"#)
            .await;
    })
    .await;
    assert!(!reason.is_orderly());
    let CloseReason::Server {
        error,
        allow_reconnect,
    } = reason
    else {
        panic!("{reason}");
    };
    assert_eq!(error.as_deref(), Some("down for repairs"));
    assert!(allow_reconnect);
    assert!(failed.to_string().contains("down for repairs"), "{failed}");
}

#[tokio::test]
async fn a_transport_that_closes_or_breaks_ends_the_connection() {
    let (reason, ..) = ended(async |peer| peer.close().await).await;
    assert_eq!(reason, CloseReason::TransportClosed);
    assert!(reason.is_orderly());
    let (reason, failed, _) = ended(async |peer| peer.faults().cut()).await;
    assert!(matches!(reason, CloseReason::TransportLost(_)));
    assert!(failed.to_string().contains("the wire is cut"), "{failed}");
}

#[tokio::test]
async fn a_server_that_breaks_the_protocol_is_left() {
    let (reason, ..) = ended(async |peer| peer.send("[]").await).await;
    assert!(matches!(reason, CloseReason::Protocol(_)));
    let (reason, ..) = ended(async |peer| peer.send(r#"{"type":3}"#).await).await;
    assert!(matches!(reason, CloseReason::Protocol(_)));
}

#[tokio::test]
async fn what_came_before_the_close_is_handled_and_nothing_after_it() {
    let (link, mut peer) = connected().await;
    let mut reasons = reasons(&link);
    let (sender, mut heard) = mpsc::unbounded_channel();
    link.on("Say", move |text: String| {
        sender.send(text).expect("the test still runs");
    });
    let say = |text: &str| format!(r#"{{"type":1,"target":"Say","arguments":["{text}"]}}"#);
    let (before, after) = (say("before"), say("after"));
    peer.send(&format!("{before}\x1e{CLOSE}\x1e{after}")).await;
    reasons.recv().await.expect("a reason");
    assert_eq!(heard.try_recv().as_deref(), Ok("before"));
    assert!(heard.try_recv().is_err());
}

#[tokio::test]
async fn a_handler_that_waits_for_ever_does_not_keep_the_connection_from_ending() {
    let (link, mut peer) = connected().await;
    let mut reasons = reasons(&link);
    let begun = Arc::new(Notify::new());
    {
        let begun = Arc::clone(&begun);
        link.on("Wait", move || {
            begun.notify_one();
            std::future::pending::<()>()
        });
    }
    peer.send(r#"{"type":1,"target":"Wait","arguments":[]}"#)
        .await;
    begun.notified().await;
    join(link.stop(), async {
        assert_eq!(peer.text().await, CLOSE);
        peer.closed().await;
    })
    .await;
    assert_eq!(reasons.recv().await, Some(CloseReason::Stopped));
}

#[tokio::test]
async fn a_handler_may_stop_the_connection() {
    let (link, mut peer) = connected().await;
    let mut reasons = reasons(&link);
    let (sender, mut stopped) = mpsc::unbounded_channel();
    let weak = link.downgrade();
    link.on("Leave", move || {
        let (weak, sender) = (weak.clone(), sender.clone());
        async move {
            weak.upgrade().expect("the connection is open").stop().await;
            sender.send(()).expect("the test still runs");
        }
    });
    peer.send(r#"{"type":1,"target":"Leave","arguments":[]}"#)
        .await;
    assert_eq!(peer.text().await, CLOSE);
    peer.closed().await;
    assert_eq!(stopped.recv().await, Some(()));
    assert_eq!(reasons.recv().await, Some(CloseReason::Stopped));
}

#[test]
fn nobody_waits_for_a_runtime_that_has_shut_down() {
    let runtime = || {
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime")
    };
    let first = runtime();
    let (link, mut call, _peer) = first.block_on(async {
        let (link, peer) = connected().await;
        let mut call = link.invoke::<()>("Wait", ());
        assert!(poll_immediate(&mut call).await.is_none());
        (link, call, peer)
    });
    drop(first);
    assert_eq!(link.state(), ConnectionState::Disconnected);
    let failed = runtime().block_on(&mut call);
    assert!(matches!(
        failed,
        Err(InvokeError::Closed(CloseReason::Aborted))
    ));
}

struct Bomb;

impl<'de> serde::Deserialize<'de> for Bomb {
    fn deserialize<D: serde::Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        panic!("by intent")
    }
}

#[tokio::test]
async fn a_type_that_panics_ends_the_connection() {
    let (link, mut peer) = connected().await;
    let mut reasons = reasons(&link);
    let serve = async {
        peer.text().await;
        peer.send(r#"{"type":3,"invocationId":"1","result":1}"#)
            .await;
    };
    let (failed, ()) = join(link.invoke::<Bomb>("X", ()), serve).await;
    assert!(matches!(
        failed,
        Err(InvokeError::Closed(CloseReason::Aborted))
    ));
    assert_eq!(reasons.recv().await, Some(CloseReason::Aborted));
    assert_eq!(link.state(), ConnectionState::Disconnected);
}

#[tokio::test]
async fn a_listener_may_start_the_connection_again() {
    let (builder, mut peers) = builder();
    let link = builder.build().expect("valid settings");
    let peer = peers.accept(&link).await;
    let weak = link.downgrade();
    link.on_closed(move |_| {
        let weak = weak.clone();
        async move {
            let link = weak.upgrade().expect("the connection is wanted");
            link.start().await.expect("the server is there");
        }
    });
    peer.faults().cut();
    let mut again = peers.next().await;
    again.text().await;
    again.send("{}").await;
    again.text().await;
    link.notify("X", ()).await.expect("it is connected");
    assert_eq!(
        again.text().await,
        r#"{"type":1,"target":"X","arguments":[]}"#
    );
}
