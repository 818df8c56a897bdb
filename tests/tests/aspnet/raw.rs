//! Connections without the hub protocol.

use bytes::Bytes;
use signalr::Transports;
use signalr::client::{ConnectError, HttpConnector, RawConnection};
use signalr::protocol::TransferFormat;
use signalr::transport::TransportKind;

use crate::place::{everywhere, everywhere_over};

async fn receive(connection: &mut RawConnection, count: usize) -> Vec<u8> {
    let mut received = Vec::new();
    while received.len() < count {
        let bytes = connection.receive().await.expect("no loss");
        received.extend(bytes.expect("the server goes on"));
    }
    received
}

#[tokio::test]
async fn bytes_come_back() {
    everywhere(async |at| {
        let connector = HttpConnector::new(&format!("{}/echo", at.url)).transports(at.transports());
        let format = at.protocol.transfer_format();
        let mut connection = RawConnection::connect(&connector, format)
            .await
            .expect("connected");
        assert_eq!(connection.transport(), at.transport);
        assert!(connection.connection_id().is_some());
        // The server sends text, whatever it is sent; over long polling there is no difference.
        let bytes: Bytes = match at.transport {
            TransportKind::LongPolling => (0..=255).cycle().take(30_000).collect(),
            _ => "héllo\nworld".repeat(2000).into(),
        };
        for _ in 0..3 {
            connection.send(bytes.clone()).await.expect("sent");
            assert_eq!(receive(&mut connection, bytes.len()).await, bytes);
        }
        connection.close().await;
    })
    .await;
}

#[tokio::test]
async fn web_sockets_alone_need_no_negotiation() {
    everywhere_over(TransportKind::WebSockets, async |at| {
        let connector = HttpConnector::new(&format!("{}/echows", at.url))
            .transports(Transports::WEB_SOCKETS)
            .skip_negotiation(true);
        let mut connection = RawConnection::connect(&connector, TransferFormat::Binary)
            .await
            .expect("connected");
        connection.send("x".into()).await.expect("sent");
        assert_eq!(receive(&mut connection, 1).await, b"x");
        connection.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_transport_that_is_not_offered_is_named() {
    everywhere_over(TransportKind::LongPolling, async |at| {
        let connector =
            HttpConnector::new(&format!("{}/echows", at.url)).transports(Transports::LONG_POLLING);
        let error = RawConnection::connect(&connector, TransferFormat::Text)
            .await
            .expect_err("only WebSockets are offered");
        assert!(
            matches!(&error, ConnectError::NoTransport(failures) if failures.len() == 1),
            "{error:?}"
        );
        assert!(
            error.to_string().contains("'WebSockets' is disabled"),
            "{error}"
        );
    })
    .await;
}
