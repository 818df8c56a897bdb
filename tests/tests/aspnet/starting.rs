//! How connections come about, and what is said when they do not.

use signalr::Transports;
use signalr::transport::TransportKind;

use crate::place::{everywhere_over, start};

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
