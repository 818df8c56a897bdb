//! How connections come about, and what is said when they do not.

use signalr::client::{ConnectError, NegotiateError, RequestError, StartError};
use signalr::transport::TransportKind;
use signalr::{HubConnection, HubProtocol, Transports};

use crate::place::{everywhere, everywhere_over, start};

#[tokio::test]
async fn negotiation_can_be_skipped() {
    everywhere_over(TransportKind::WebSockets, async |at| {
        let link = start(at.builder("/hub").skip_negotiation(true)).await;
        assert_eq!(link.connection_id(), None);
        assert_eq!(link.invoke::<i32>("Add", (1, 2)).await.expect("a sum"), 3);
        link.stop().await;
    })
    .await;
}

#[tokio::test]
async fn the_best_transport_is_taken_that_both_ends_can_use() {
    everywhere_over(TransportKind::LongPolling, async |at| {
        let all = Transports::ALL;
        for (path, wanted, expected) in [
            ("/hub", all, "WebSockets"),
            ("/nows", all, "ServerSentEvents"),
            ("/lponly", all, "LongPolling"),
        ] {
            let link = start(at.builder(path).transports(wanted)).await;
            let transport: String = link.invoke("Transport", ()).await.expect("a name");
            let expected = match at.protocol.name() {
                // Server-Sent Events carry text only.
                "messagepack" if expected == "ServerSentEvents" => "LongPolling",
                _ => expected,
            };
            assert_eq!(transport, expected, "{path}");
            link.stop().await;
        }
    })
    .await;
}

#[tokio::test]
async fn every_path_is_served() {
    everywhere(async |at| {
        for path in [
            "/hub",
            "/v1only",
            "/detailed",
            "/parallel",
            "/jsononly",
            "/filtered",
        ] {
            if path == "/jsononly" && at.protocol != HubProtocol::Json {
                continue;
            }
            let link = at.connect(path).await;
            let sum: i32 = link.invoke("Add", (1, 2)).await.expect(path);
            assert_eq!(sum, 3, "{path}");
            link.stop().await;
        }
        let link = at.connect("/bench").await;
        let echo: String = link.invoke("Echo", ("x",)).await.expect("an echo");
        assert_eq!(echo, "x");
        link.stop().await;
    })
    .await;
}

#[tokio::test]
async fn web_socket_urls_mean_the_same() {
    everywhere(async |at| {
        let url = at.url.replace("http://", "ws://");
        let builder = HubConnection::builder(&format!("{url}/hub"));
        let link = start(builder.transports(at.transports()).protocol(at.protocol)).await;
        link.stop().await;
    })
    .await;
}

#[tokio::test]
async fn a_path_without_a_hub_is_not_found() {
    everywhere(async |at| {
        let link = at.builder("/nothing").build().expect("valid");
        let error = link.start().await.expect_err("no hub");
        assert!(
            matches!(
                error,
                StartError::Connect(ConnectError::Negotiate(NegotiateError::Request(
                    RequestError::Status { status: 404, .. }
                )))
            ),
            "{error:?}"
        );
        let text = error.to_string();
        assert!(text.contains("not a SignalR endpoint"), "{text}");
        // It can be tried again.
        link.start().await.expect_err("still no hub");
    })
    .await;
}

#[tokio::test]
async fn a_transport_that_cannot_be_had_is_named_with_its_reason() {
    everywhere_over(TransportKind::WebSockets, async |at| {
        let link = at.builder("/nows").build().expect("valid");
        let text = link.start().await.expect_err("no WebSockets").to_string();
        for transport in ["ServerSentEvents", "LongPolling"] {
            assert!(
                text.contains(&format!("'{transport}' is disabled")),
                "{text}"
            );
        }
        // Without negotiation, the server says so itself.
        let link = at.builder("/nows").skip_negotiation(true);
        let link = link.build().expect("valid");
        let text = link.start().await.expect_err("no WebSockets").to_string();
        assert!(
            text.contains("not supported by this end point type"),
            "{text}"
        );
    })
    .await;
}

#[tokio::test]
async fn a_start_that_is_dropped_can_be_made_again() {
    everywhere(async |at| {
        let link = at.builder("/hub").build().expect("valid");
        let mut start = Box::pin(link.start());
        assert!(futures_util::poll!(&mut start).is_pending());
        drop(start);
        link.start().await.expect("started");
        link.stop().await;
    })
    .await;
}
