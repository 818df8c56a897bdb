//! What other Rust clients are known to get wrong.

use std::time::Duration;

use signalr::client::StartError;
use signalr::transport::TransportKind;
use signalr::{HubConnection, HubProtocol, InvokeError};
use tokio::sync::mpsc::unbounded_channel;

use crate::inbox::Inbox;
use crate::place::{everywhere, everywhere_over, start};

#[tokio::test]
async fn pings_are_sent() {
    everywhere(async |at| {
        // The server drops who is silent for 600 ms once it has had a first ping.
        let builder = at
            .builder("/tight")
            .keep_alive_interval(Duration::from_millis(100));
        let link = start(builder).await;
        let (sender, mut closed) = unbounded_channel();
        link.on_closed(move |reason| sender.send(reason).expect("the test listens"));
        tokio::time::sleep(Duration::from_secs(3)).await;
        assert!(closed.try_recv().is_err());
        assert_eq!(link.invoke::<i32>("Add", (1, 2)).await.expect("a sum"), 3);
        link.stop().await;
    })
    .await;
}

#[tokio::test]
async fn a_handshake_error_is_honoured() {
    everywhere_over(TransportKind::WebSockets, async |at| {
        let builder = HubConnection::builder(&format!("{}/jsononly", at.url));
        let link = builder.protocol(HubProtocol::MessagePack).build();
        let error = link.expect("valid").start().await.expect_err("JSON only");
        match error {
            StartError::Refused(text) => {
                assert_eq!(text, "The protocol 'messagepack' is not supported.");
            }
            other => panic!("{other:?}"),
        }
    })
    .await;
}

#[tokio::test]
async fn a_message_glued_to_the_handshakes_answer_is_kept() {
    everywhere(async |at| {
        for _ in 0..20 {
            let link = at.builder("/hub?greet=1").build().expect("valid");
            let mut welcome = Inbox::<String>::of(&link, "Welcome");
            link.start().await.expect("a handshake");
            assert_eq!(welcome.next().await, "connected");
            link.stop().await;
        }
    })
    .await;
}

#[tokio::test]
async fn pending_calls_fail_when_the_connection_ends() {
    everywhere(async |at| {
        let link = at.connect("/parallel").await;
        let call = tokio::spawn(link.invoke::<String>("Delay", (20_000, "late")));
        let items = link.stream::<i32>("CounterNoted", ()).await.expect("sent");
        link.notify("Abort", ()).await.expect("sent");
        let outcome = call.await.expect("no panic");
        assert!(
            matches!(
                outcome,
                Err(InvokeError::Closed(_) | InvokeError::NotConnected)
            ),
            "{outcome:?}"
        );
        let items: Vec<_> = futures_util::StreamExt::collect(items).await;
        assert!(
            matches!(items.last(), Some(Err(InvokeError::Closed(_)))),
            "{items:?}"
        );
    })
    .await;
}

#[tokio::test]
async fn a_message_split_over_many_frames_works() {
    everywhere(async |at| {
        // The server's buffers are smaller than the answer.
        let link = at.connect("/hub").await;
        let numbers: Vec<i32> = link.invoke("Numbers", (60_000,)).await.expect("numbers");
        assert!(numbers.into_iter().eq(0..60_000));
        link.stop().await;
    })
    .await;
}

#[tokio::test]
async fn a_method_may_have_several_handlers() {
    everywhere(async |at| {
        let link = at.connect("/hub").await;
        let mut first = Inbox::<String>::of(&link, "Receive");
        let mut second = Inbox::<String>::of(&link, "receive");
        let mut third = Inbox::<serde_json::Value>::of(&link, "Receive");
        link.invoke::<()>("SendCaller", ("x",)).await.expect("sent");
        assert_eq!(first.next().await, "x");
        assert_eq!(second.next().await, "x");
        assert_eq!(third.next().await, "x");
        link.stop().await;
    })
    .await;
}
