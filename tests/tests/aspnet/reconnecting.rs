//! Connections that are lost and come back.

use std::time::Duration;

use signalr::client::{ConnectionState, RetryContext};
use signalr::error::CloseReason;
use signalr::transport::TransportKind;
use signalr::{HubConnection, InvokeError};
use tokio::sync::mpsc;
use tokio::time::sleep;

use crate::cutter::Cutter;
use crate::place::{Place, everywhere, everywhere_over, start};
use crate::server::Server;

/// What the listeners of a connection are told.
#[derive(Debug)]
pub(crate) enum Told {
    Reconnecting(CloseReason),
    Reconnected(Option<String>),
    Closed(CloseReason),
}

pub(crate) fn listen(link: &HubConnection) -> mpsc::UnboundedReceiver<Told> {
    let (sender, told) = mpsc::unbounded_channel();
    let tell = sender.clone();
    link.on_reconnecting(move |reason| drop(tell.send(Told::Reconnecting(reason))));
    let tell = sender.clone();
    link.on_reconnected(move |id| drop(tell.send(Told::Reconnected(id))));
    link.on_closed(move |reason| drop(sender.send(Told::Closed(reason))));
    told
}

/// Tries for as long as it takes.
pub(crate) fn soon(_: &RetryContext<'_>) -> Option<Duration> {
    Some(Duration::from_millis(50))
}

pub(crate) async fn lost_and_found(told: &mut mpsc::UnboundedReceiver<Told>) -> Option<String> {
    match told.recv().await {
        Some(Told::Reconnecting(reason)) => assert!(reason.allows_reconnect(), "{reason}"),
        other => panic!("{other:?}"),
    }
    match told.recv().await {
        Some(Told::Reconnected(id)) => id,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_connection_whose_socket_is_killed_comes_back() {
    everywhere(async |at| {
        let cutter = Cutter::before(&at.url).await;
        let link = start(
            cutter
                .between(&at)
                .builder("/hub")
                .automatic_reconnect(soon),
        )
        .await;
        let mut told = listen(&link);
        let (sender, mut heard) = mpsc::unbounded_channel();
        for number in [1, 2] {
            let sender = sender.clone();
            link.on("Receive", move |text: String| {
                drop(sender.send((number, text)));
            });
        }
        let mut id = link.connection_id();
        for round in 0..3 {
            let call = tokio::spawn(link.invoke::<String>("Delay", (60_000, "late")));
            // The call is on its way, and so is its answer to nothing.
            link.invoke::<i32>("Add", (1, 2)).await.expect("a sum");
            cutter.cut();
            let new = lost_and_found(&mut told).await;
            assert!(new.is_some() && new != id, "{new:?} after {id:?}");
            id = new;
            let failed = call.await.expect("no panic");
            assert!(matches!(failed, Err(InvokeError::Closed(_))), "{failed:?}");

            // The server's own word for it.
            let own: String = link.invoke("ConnectionId", ()).await.expect("an id");
            assert_eq!(Some(own), id);
            let text = format!("round {round}");
            link.invoke::<()>("SendCaller", (&text,))
                .await
                .expect("it is sent");
            assert_eq!(heard.recv().await, Some((1, text.clone())));
            assert_eq!(heard.recv().await, Some((2, text)));
        }
        link.stop().await;
        assert!(matches!(
            told.recv().await,
            Some(Told::Closed(CloseReason::Stopped))
        ));
    })
    .await;
}

#[tokio::test]
async fn a_connection_outlives_its_server() {
    everywhere_over(TransportKind::WebSockets, async |at| {
        let mut server = Server::start(at.maker).expect("it was started before");
        let here = Place {
            url: server.url.clone(),
            ..at
        };
        let patient = here
            .builder("/hub")
            .automatic_reconnect(soon)
            .wait_for_connection(Duration::from_secs(60));
        let link = start(patient).await;
        let mut told = listen(&link);
        let first = link.connection_id();
        server.kill();
        let Some(Told::Reconnecting(_)) = told.recv().await else {
            panic!("it is lost");
        };
        // Nobody is there, again and again.
        sleep(Duration::from_millis(200)).await;
        assert_eq!(link.state(), ConnectionState::Reconnecting);
        let waiting = tokio::spawn(link.invoke::<i32>("Add", (1, 2)));
        // The whole place is away meanwhile.
        let server = tokio::task::spawn_blocking(move || {
            server.restart();
            server
        });
        let server = server.await.expect("it starts again");
        let sum = waiting.await.expect("no panic");
        assert_eq!(sum.expect("a sum"), 3, "{here}");
        assert_ne!(link.connection_id(), first, "{here}");
        link.stop().await;
        drop(server);
    })
    .await;
}

#[tokio::test]
async fn a_server_that_forbids_it_is_obeyed() {
    everywhere(async |at| {
        let link = start(at.builder("/hub").automatic_reconnect(soon)).await;
        let mut told = listen(&link);
        let _ = link.invoke::<()>("Abort", ()).await;
        match told.recv().await {
            Some(Told::Closed(reason)) => assert!(!reason.allows_reconnect(), "{reason}"),
            other => panic!("{other:?}"),
        }
        // It can be started again by hand.
        link.start().await.expect("a server that answers");
        assert_eq!(link.invoke::<i32>("Add", (1, 2)).await.expect("a sum"), 3);
        link.stop().await;
    })
    .await;
}

#[tokio::test]
async fn a_first_start_can_wait_for_its_server() {
    everywhere_over(TransportKind::WebSockets, async |at| {
        let mut server = Server::start(at.maker).expect("it was started before");
        let here = Place {
            url: server.url.clone(),
            ..at
        };
        server.kill();
        let link = here
            .builder("/hub")
            .retry_start(soon)
            .build()
            .expect("settings that make sense");
        let starting = {
            let link = link.clone();
            tokio::spawn(async move { link.start().await })
        };
        sleep(Duration::from_millis(200)).await;
        assert_eq!(link.state(), ConnectionState::Connecting);
        let server = tokio::task::spawn_blocking(move || {
            server.restart();
            server
        });
        let server = server.await.expect("it starts again");
        let started = starting.await.expect("no panic");
        started.expect("the server is there in the end");
        assert_eq!(link.invoke::<i32>("Add", (1, 2)).await.expect("a sum"), 3);
        link.stop().await;
        drop(server);
    })
    .await;
}
