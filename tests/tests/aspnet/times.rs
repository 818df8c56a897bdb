//! Pings and time-outs.

use std::time::Duration;

use signalr::transport::TransportKind;
use signalr::{CloseReason, InvokeError};
use tokio::sync::mpsc::unbounded_channel;

use crate::place::{everywhere, start};

#[tokio::test]
async fn a_silent_server_is_given_up() {
    everywhere(async |at| {
        if at.transport == TransportKind::LongPolling {
            // Its polls show whether the server is there.
            return;
        }
        // Its own pings come every 15 s.
        let link = at
            .builder("/hub")
            .server_timeout(Duration::from_millis(300));
        let link = start(link).await;
        let (sender, mut closed) = unbounded_channel();
        link.on_closed(move |reason| sender.send(reason).expect("the test listens"));
        let pending = link.stream::<i32>("CounterNoted", ()).await;
        let reason = closed.recv().await.expect("an end");
        assert!(matches!(reason, CloseReason::ServerTimeout(_)), "{reason}");
        drop(pending);
        let late = link.invoke::<i32>("Add", (1, 2)).await;
        assert!(matches!(late, Err(InvokeError::NotConnected)), "{late:?}");
    })
    .await;
}

#[tokio::test]
async fn a_server_that_pings_is_there() {
    everywhere(async |at| {
        // It pings every 200 ms, looking once a second, and wants a sign of life every 600 ms.
        let builder = at
            .builder("/tight")
            .server_timeout(Duration::from_secs(5))
            .keep_alive_interval(Duration::from_millis(100));
        let link = start(builder).await;
        let tag: String = link.invoke("Delay", (3000, "there")).await.expect("text");
        assert_eq!(tag, "there");
        link.stop().await;
    })
    .await;
}
