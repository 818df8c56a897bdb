use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use futures_util::future::{join, poll_immediate};
use tokio::sync::mpsc;

use super::peer::{CLOSE, HANDSHAKE, PING, builder, connected};
use crate::client::{
    BuildError, ConnectError, Connected, ConnectionState, HubConnection, StartError,
};
use crate::error::InvokeError;

#[tokio::test]
async fn a_connection_goes_through_its_states_and_can_start_again() {
    let (builder, mut peers) = builder();
    let link = builder.build().expect("valid settings");
    assert_eq!(link.state(), ConnectionState::Disconnected);
    assert_eq!(link.connection_id(), None);

    for id in ["c1", "c2"] {
        let mut peer = peers.accept(&link).await;
        assert_eq!(link.state(), ConnectionState::Connected);
        assert_eq!(link.connection_id().as_deref(), Some(id));
        let mut stop = pin!(link.stop());
        assert_eq!(poll_immediate(&mut stop).await, None);
        assert_eq!(link.state(), ConnectionState::Disconnecting);
        assert_eq!(peer.text().await, CLOSE);
        peer.closed().await;
        stop.await;
        assert_eq!(link.state(), ConnectionState::Disconnected);
        assert_eq!(link.connection_id(), None);
    }
    link.stop().await;
}

#[tokio::test]
async fn a_connection_is_started_only_when_it_is_disconnected() {
    let (link, _peer) = connected().await;
    let error = link.start().await.expect_err("it is connected");
    assert!(matches!(
        error,
        StartError::NotDisconnected(ConnectionState::Connected)
    ));
    assert!(error.to_string().contains("connected"));
}

#[tokio::test]
async fn messages_glued_to_the_handshake_reply_are_not_missed() {
    let (builder, mut peers) = builder();
    let link = builder.build().expect("valid settings");
    let (sender, mut texts) = mpsc::unbounded_channel();
    link.on("Say", move |text: String| {
        sender.send(text).expect("the test still runs");
    });
    let serve = async {
        let mut peer = peers.next().await;
        assert_eq!(peer.text().await, HANDSHAKE);
        peer.send("{}\x1e{\"type\":1,\"target\":\"Say\",\"arguments\":[\"hi\"]}")
            .await;
        peer
    };
    let (started, _peer) = join(link.start(), serve).await;
    started.expect("the handshake is right");
    assert_eq!(texts.recv().await.as_deref(), Some("hi"));
}

#[tokio::test]
async fn a_handshake_in_pieces_is_read() {
    let (builder, mut peers) = builder();
    let link = builder.build().expect("valid settings");
    let serve = async {
        let mut peer = peers.next().await;
        peer.faults().pieces(Some(1));
        peer.send("{ }").await;
        peer
    };
    let (started, mut peer) = join(link.start(), serve).await;
    started.expect("the handshake is right");
    assert_eq!(peer.text().await, HANDSHAKE);
    assert_eq!(peer.text().await, PING);
}

/// What `start` says when the server answers with `bytes`.
async fn refused(bytes: &'static [u8]) -> StartError {
    let (builder, mut peers) = builder();
    let link = builder.build().expect("valid settings");
    let serve = async {
        let mut peer = peers.next().await;
        peer.send_bytes(bytes).await;
        peer.close().await;
        peer
    };
    let (started, _peer) = join(link.start(), serve).await;
    assert_eq!(link.state(), ConnectionState::Disconnected);
    started.expect_err("the handshake failed")
}

#[tokio::test]
async fn a_refused_handshake_gives_the_servers_text() {
    let error = refused(b"{\"error\":\"no such protocol\"}\x1e").await;
    assert!(matches!(&error, StartError::Refused(text) if text == "no such protocol"));
}

#[tokio::test]
async fn an_answer_that_is_no_handshake_is_an_error() {
    let error = refused(b"{\"type\":6}\x1e").await;
    assert!(matches!(&error, StartError::Malformed(_)));
    let error = refused(b"<html>\x1e").await;
    assert!(matches!(&error, StartError::Malformed(_)));
}

#[tokio::test]
async fn a_server_that_leaves_before_the_handshake_is_an_error() {
    let error = refused(b"{").await;
    assert!(matches!(&error, StartError::Closed(None)));
}

#[tokio::test(start_paused = true)]
async fn a_server_that_does_not_shake_hands_is_given_up() {
    let (builder, mut peers) = builder();
    let link = builder.build().expect("valid settings");
    let begun = tokio::time::Instant::now();
    let (started, _peer) = join(link.start(), peers.next()).await;
    assert!(matches!(
        started,
        Err(StartError::HandshakeTimeout(after)) if after == Duration::from_secs(15)
    ));
    assert_eq!(begun.elapsed(), Duration::from_secs(15));
}

#[tokio::test]
async fn a_stop_ends_a_start() {
    let (builder, mut peers) = builder();
    let link = builder.build().expect("valid settings");
    let stop = async {
        let _peer = peers.next().await;
        assert_eq!(link.state(), ConnectionState::Connecting);
        link.stop().await;
        assert_eq!(link.state(), ConnectionState::Disconnected);
    };
    let (started, ()) = join(link.start(), stop).await;
    assert!(matches!(started, Err(StartError::Stopped)));
}

#[tokio::test]
async fn a_start_that_is_dropped_leaves_the_connection_disconnected() {
    let (builder, mut peers) = builder();
    let link = builder.build().expect("valid settings");
    tokio::select! {
        _ = link.start() => panic!("nobody shakes hands"),
        _peer = peers.next() => {}
    }
    assert_eq!(link.state(), ConnectionState::Disconnected);
    peers.accept(&link).await;
}

#[tokio::test]
async fn a_connector_is_asked_afresh_for_each_start() {
    let tries = Arc::new(AtomicU32::new(0));
    let connector = {
        let tries = Arc::clone(&tries);
        move || {
            tries.fetch_add(1, Ordering::Relaxed);
            async { Err::<Connected, _>(ConnectError::transport("no route")) }
        }
    };
    let link = HubConnection::with_connector(connector)
        .build()
        .expect("valid settings");
    for _ in 0..2 {
        let error = link.start().await.expect_err("no route");
        assert_eq!(
            error.to_string(),
            "the transport could not be opened: no route"
        );
        assert_eq!(link.state(), ConnectionState::Disconnected);
    }
    assert_eq!(tries.load(Ordering::Relaxed), 2);
}

#[tokio::test]
async fn calls_need_a_connection() {
    let (builder, _peers) = builder();
    let link = builder.build().expect("valid settings");
    let invoked = link.invoke::<()>("X", ()).await;
    assert!(matches!(invoked, Err(InvokeError::NotConnected)));
    let notified = link.notify("X", ()).await;
    assert!(matches!(notified, Err(InvokeError::NotConnected)));
    let streamed = link.stream::<()>("X", ()).await;
    assert!(matches!(streamed, Err(InvokeError::NotConnected)));
}

#[tokio::test]
async fn settings_that_make_no_sense_are_refused() {
    let fault = |error: Result<HubConnection, BuildError>| error.expect_err("a fault").to_string();
    let (one, _peers) = builder();
    assert!(fault(one.server_timeout(Duration::ZERO).build()).contains("`server_timeout`"));
    let (one, _peers) = builder();
    assert!(fault(one.stream_buffer_capacity(0).build()).contains("`stream_buffer_capacity`"));
}
