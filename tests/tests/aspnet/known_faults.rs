//! The eight faults that Rust clients of SignalR are known for, each with what this one does instead:
//!
//! | fault | test |
//! | --- | --- |
//! | sends no pings, so that the server drops it | [`pings_are_sent`] |
//! | ignores an error in the handshake's answer, and loses what comes with the answer | [`a_handshake_error_is_honoured`], [`a_message_glued_to_the_handshakes_answer_is_kept`] |
//! | reconnects with the old connection and a dead token | [`a_reconnect_negotiates_and_asks_for_a_token_anew`] |
//! | forgets a policy that is set after the connection was made | [`a_policy_that_is_set_late_is_used`] |
//! | leaves calls hanging when the connection is lost | [`pending_calls_fail_when_the_connection_ends`] |
//! | takes each frame for a message | [`a_message_split_over_two_frames_is_whole`], [`a_message_split_over_many_reads_is_whole`] |
//! | has one handler for a method | [`a_method_may_have_several_handlers`] |
//! | parses every message several times | [`nothing_is_parsed_twice`] |

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde::{Deserialize, Deserializer};
use signalr::client::StartError;
use signalr::transport::TransportKind;
use signalr::{HubConnection, HubProtocol, InvokeError, Transports};
use tokio::net::TcpListener;
use tokio::sync::mpsc::unbounded_channel;
use tokio_tungstenite::tungstenite::Message;

use crate::cutter::Cutter;
use crate::inbox::Inbox;
use crate::place::{everywhere, everywhere_over, start};
use crate::reconnecting::{listen, lost_and_found, soon};

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
async fn a_reconnect_negotiates_and_asks_for_a_token_anew() {
    everywhere(async |at| {
        let cutter = Cutter::before(&at.url).await;
        let asked = Arc::new(AtomicU32::new(0));
        let provider = {
            let asked = Arc::clone(&asked);
            move || {
                let number = asked.fetch_add(1, Ordering::Relaxed);
                async move { Ok::<_, std::io::Error>(format!("ann{number}")) }
            }
        };
        let link = start(
            cutter
                .between(&at)
                .builder("/authorized")
                .access_token_provider(provider)
                .automatic_reconnect(soon),
        )
        .await;
        let mut told = listen(&link);
        let before: String = link.invoke("UserIdentifier", ()).await.expect("a name");
        let asked_before = asked.load(Ordering::Relaxed);
        cutter.cut();
        lost_and_found(&mut told).await;
        let after: String = link.invoke("UserIdentifier", ()).await.expect("a name");
        assert_ne!(before, after);
        assert!(asked.load(Ordering::Relaxed) > asked_before);
        link.stop().await;
    })
    .await;
}

#[tokio::test]
async fn a_policy_that_is_set_late_is_used() {
    everywhere(async |at| {
        let cutter = Cutter::before(&at.url).await;
        let link = start(cutter.between(&at).builder("/hub")).await;
        let mut told = listen(&link);
        link.set_automatic_reconnect(soon);
        cutter.cut();
        lost_and_found(&mut told).await;
        assert_eq!(link.invoke::<i32>("Add", (1, 2)).await.expect("a sum"), 3);
        link.stop().await;
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
async fn a_message_split_over_many_reads_is_whole() {
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
async fn a_message_split_over_two_frames_is_whole() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .await
        .expect("a free port");
    let address = listener.local_addr().expect("bound");
    let serving = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.expect("a client");
        let mut socket = tokio_tungstenite::accept_async(stream)
            .await
            .expect("an upgrade");
        // Each is a message of the WebSocket; none is one of the hub protocol.
        for text in [
            "{}\u{1e}{\"type\":1,\"tar",
            "get\":\"Say\",\"arguments\":[\"one\"]}\u{1e}{\"type\":1,\"target\":\"Say\",",
            "\"arguments\":[\"two\"]}\u{1e}",
        ] {
            socket.send(Message::text(text)).await.expect("sent");
        }
        while let Some(Ok(_)) = socket.next().await {}
    });
    let link = HubConnection::builder(&format!("ws://{address}"))
        .transports(Transports::WEB_SOCKETS)
        .skip_negotiation(true)
        .build()
        .expect("valid");
    let mut said = Inbox::<String>::of(&link, "Say");
    link.start().await.expect("a handshake");
    assert_eq!(said.next().await, "one");
    assert_eq!(said.next().await, "two");
    link.stop().await;
    serving.await.expect("no panic");
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

static TIMES_READ: AtomicU32 = AtomicU32::new(0);

/// Counts how often one is read.
struct Counted;

impl<'de> Deserialize<'de> for Counted {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        TIMES_READ.fetch_add(1, Ordering::Relaxed);
        i32::deserialize(deserializer).map(|_| Self)
    }
}

#[tokio::test]
async fn nothing_is_parsed_twice() {
    let places = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&places);
    everywhere(move |at| {
        counted.fetch_add(1, Ordering::Relaxed);
        async move {
            let link = at.connect("/hub").await;
            let mut received = Inbox::<Counted>::of(&link, "Receive");
            link.invoke::<Counted>("Add", (1, 2)).await.expect("a sum");
            link.invoke::<()>("SendMany", (3,)).await.expect("sent");
            for _ in 0..3 {
                received.next().await;
            }
            let items = link.stream::<Counted>("Counter", (5,)).await;
            assert_eq!(items.expect("sent").count().await, 5);
            link.stop().await;
        }
    })
    .await;
    let each = 1 + 3 + 5;
    let times = TIMES_READ.load(Ordering::Relaxed);
    assert_eq!(times, each * places.load(Ordering::Relaxed));
}
