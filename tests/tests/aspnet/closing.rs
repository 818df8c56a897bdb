//! How connections end.

use std::time::Duration;

use signalr::client::ConnectionState;
use signalr::{CloseReason, HubConnection, InvokeError};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use crate::get::get;
use crate::place::everywhere;

fn ends(link: &HubConnection) -> UnboundedReceiver<CloseReason> {
    let (sender, closed) = unbounded_channel();
    link.on_closed(move |reason| {
        let _ = sender.send(reason);
    });
    closed
}

/// Waits until the hub says that a connection has ended, and whether in good order.
async fn ended(url: &str, id: &str) -> String {
    loop {
        let answer = get(url, &format!("/ended?id={id}")).await;
        if answer.contains("\"ended\":true") {
            return answer;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn the_hub_learns_of_a_stop_in_good_order() {
    everywhere(async |at| {
        let link = at.connect("/hub").await;
        let mut closed = ends(&link);
        let id = link.connection_id().expect("an id");
        link.stop().await;
        assert_eq!(link.state(), ConnectionState::Disconnected);
        assert_eq!(closed.recv().await, Some(CloseReason::Stopped));
        let answer = ended(&at.url, &id).await;
        assert!(answer.contains("\"error\":\"\""), "{answer}");
    })
    .await;
}

#[tokio::test]
async fn a_stopped_connection_starts_again_with_another_id_and_the_same_handlers() {
    everywhere(async |at| {
        let link = at.connect("/hub").await;
        let mut received = crate::inbox::Inbox::<String>::of(&link, "Receive");
        let first = link.connection_id();
        link.stop().await;
        link.start().await.expect("started again");
        assert_ne!(link.connection_id(), first);
        link.invoke::<()>("SendCaller", ("again",))
            .await
            .expect("sent");
        assert_eq!(received.next().await, "again");
        link.stop().await;
    })
    .await;
}

#[tokio::test]
async fn dropping_the_last_handle_ends_the_connection() {
    everywhere(async |at| {
        let link = at.connect("/hub").await;
        let other = link.clone();
        let id = link.connection_id().expect("an id");
        drop(link);
        assert_eq!(other.invoke::<i32>("Add", (1, 2)).await.expect("a sum"), 3);
        drop(other);
        ended(&at.url, &id).await;
    })
    .await;
}

#[tokio::test]
async fn a_hub_that_aborts_ends_the_connection_for_good() {
    everywhere(async |at| {
        let link = at.connect("/hub").await;
        let mut closed = ends(&link);
        link.notify("Abort", ()).await.expect("sent");
        let reason = closed.recv().await.expect("an end");
        assert!(
            matches!(
                reason,
                CloseReason::Server {
                    error: None,
                    allow_reconnect: false
                }
            ),
            "{reason:?}"
        );
    })
    .await;
}

#[tokio::test]
async fn a_hub_that_refuses_a_connection_says_why() {
    everywhere(async |at| {
        let link = at.builder("/hub?refuse=hub").build().expect("valid");
        let mut closed = ends(&link);
        // The handshake succeeds before the hub is asked.
        link.start().await.expect("a handshake");
        match closed.recv().await.expect("an end") {
            CloseReason::Server {
                error: Some(error),
                allow_reconnect: false,
            } => assert!(error.contains("refused by OnConnected"), "{error}"),
            other => panic!("{other:?}"),
        }
    })
    .await;
}

#[tokio::test]
async fn calls_that_wait_fail_when_the_connection_is_stopped() {
    everywhere(async |at| {
        let link = at.connect("/hub").await;
        let call = tokio::spawn(link.invoke::<String>("Delay", (20_000, "late")));
        // Behind the call.
        link.notify("SendCaller", ("x",)).await.expect("sent");
        link.stop().await;
        let outcome = call.await.expect("no panic");
        assert!(
            matches!(
                outcome,
                Err(InvokeError::Closed(CloseReason::Stopped) | InvokeError::NotConnected)
            ),
            "{outcome:?}"
        );
    })
    .await;
}
