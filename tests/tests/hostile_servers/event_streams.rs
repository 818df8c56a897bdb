use std::time::Duration;

use signalr::client::{ConnectError, ConnectionState, StartError};
use signalr::error::CloseReason;
use signalr::{HubConnection, Transports};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::time::sleep;

use crate::server::{Head, answer, begin, negotiation, server};
use crate::watch::{Ends, soon};

const EVENTS: &str = "content-type: text/event-stream\r\n";

/// A connection over an event stream to a server that plays the stream, and takes all POSTs.
async fn streamed<Playing>(
    play: impl Fn(TcpStream) -> Playing + Clone + Send + Sync + 'static,
) -> HubConnection
where
    Playing: Future<Output = std::io::Result<()>> + Send,
{
    let (url, _) = server(move |stream, head: Head| {
        let play = play.clone();
        async move {
            if head.is("negotiate") {
                negotiation(stream, &["ServerSentEvents"]).await
            } else if head.is("POST") {
                answer(stream, "200 OK", "", "").await
            } else {
                play(stream).await
            }
        }
    })
    .await;
    HubConnection::builder(&url)
        .transports(Transports::SERVER_SENT_EVENTS)
        .server_timeout(Duration::from_millis(500))
        .handshake_timeout(Duration::from_millis(500))
        .build()
        .expect("valid")
}

#[tokio::test]
async fn an_answer_that_is_no_event_stream_is_refused() {
    for headers in ["", "content-type: text/html\r\n", "content-type: \r\n"] {
        let link = streamed(async move |stream| {
            answer(stream, "200 OK", headers, "data: {}\u{1e}\r\n\r\n").await
        })
        .await;
        let error = soon(link.start()).await.expect_err("no events");
        assert!(
            matches!(error, StartError::Connect(ConnectError::NoTransport(_))),
            "{error:?}"
        );
        assert!(error.to_string().contains("no event stream"), "{error}");
    }
}

#[tokio::test]
async fn comments_are_no_sign_of_the_hub() {
    let link = streamed(async |mut stream: TcpStream| {
        begin(&mut stream, EVENTS).await?;
        stream
            .write_all("data: {}\u{1e}\r\n\r\n".as_bytes())
            .await?;
        loop {
            stream
                .write_all(": still here\r\n".repeat(100).as_bytes())
                .await?;
        }
    })
    .await;
    let mut ends = Ends::of(&link);
    soon(link.start()).await.expect("a handshake");
    let reason = ends.next().await;
    assert!(
        matches!(reason, CloseReason::ServerTimeout(_)),
        "{reason:?}"
    );
}

#[tokio::test]
async fn a_field_without_end_is_no_handshake() {
    let link = streamed(async |mut stream: TcpStream| {
        begin(&mut stream, EVENTS).await?;
        loop {
            stream.write_all(&[b'x'; 4096]).await?;
        }
    })
    .await;
    let error = soon(link.start()).await.expect_err("no handshake");
    assert!(
        matches!(error, StartError::HandshakeTimeout(_)),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_stream_that_ends_within_a_message_ends_the_connection() {
    let link = streamed(async |mut stream: TcpStream| {
        begin(&mut stream, EVENTS).await?;
        stream
            .write_all("data: {}\u{1e}\r\n\r\ndata: {\"type\":".as_bytes())
            .await?;
        sleep(Duration::from_millis(50)).await;
        stream.shutdown().await
    })
    .await;
    let mut ends = Ends::of(&link);
    soon(link.start()).await.expect("a handshake");
    let reason = ends.next().await;
    assert!(reason.allows_reconnect(), "{reason:?}");
    assert_eq!(link.state(), ConnectionState::Disconnected);
}

#[tokio::test]
async fn a_server_that_takes_no_posts_loses_the_connection() {
    for status in ["401 Unauthorized", "404 Not Found", "500 No"] {
        let (url, _) = server(async move |mut stream: TcpStream, head: Head| {
            if head.is("negotiate") {
                negotiation(stream, &["ServerSentEvents"]).await
            } else if head.is("POST") {
                answer(stream, status, "", "").await
            } else {
                begin(&mut stream, EVENTS).await?;
                stream
                    .write_all("data: {}\u{1e}\r\n\r\n".as_bytes())
                    .await?;
                sleep(Duration::from_secs(600)).await;
                Ok(())
            }
        })
        .await;
        let link = HubConnection::builder(&url).build().expect("valid");
        let mut ends = Ends::of(&link);
        match soon(link.start()).await {
            // The handshake's own POST.
            Err(error) => assert!(matches!(error, StartError::Closed(Some(_))), "{error:?}"),
            Ok(()) => {
                let reason = ends.next().await;
                assert!(
                    matches!(reason, CloseReason::TransportLost(_)),
                    "{reason:?}"
                );
            }
        }
    }
}
