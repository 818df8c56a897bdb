use std::time::Duration;

use signalr::HubConnection;
use signalr::client::{ConnectError, NegotiateError, RequestError, StartError};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::time::sleep;

use crate::server::{Count, Head, answer, begin, negotiation, server};
use crate::watch::soon;

/// What comes of a start, and how many requests it took.
async fn refused<Playing>(
    play: impl Fn(TcpStream, Head) -> Playing + Clone + Send + 'static,
) -> (StartError, Count)
where
    Playing: Future<Output = std::io::Result<()>> + Send,
{
    let (url, count) = server(play).await;
    let link = HubConnection::builder(&url)
        .request_timeout(Duration::from_millis(500))
        .build()
        .expect("valid");
    let error = soon(link.start()).await.expect_err("no server to speak of");
    (error, count)
}

fn request_error(error: StartError) -> RequestError {
    match error {
        StartError::Connect(ConnectError::Negotiate(NegotiateError::Request(error))) => error,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn an_answer_without_end_is_cut() {
    let (error, _) = refused(async |mut stream: TcpStream, _| {
        begin(&mut stream, "").await?;
        loop {
            stream.write_all(&[b' '; 4096]).await?;
        }
    })
    .await;
    assert!(
        matches!(
            error,
            StartError::Connect(ConnectError::Negotiate(NegotiateError::Malformed(_)))
        ),
        "{error:?}"
    );
}

#[tokio::test]
async fn an_answer_that_trickles_is_given_up() {
    for begins_with in [
        "HTTP/1.1 200 OK\r\n",
        "HTTP/1.1 200 OK\r\n\r\n",
        "HTTP/1.1 500 No\r\n\r\n",
    ] {
        let (error, _) = refused(async move |mut stream: TcpStream, _| {
            stream.write_all(begins_with.as_bytes()).await?;
            loop {
                stream.write_all(b"a").await?;
                sleep(Duration::from_millis(20)).await;
            }
        })
        .await;
        let error = request_error(error);
        if begins_with.contains("500") {
            // The status says enough.
            assert!(
                matches!(error, RequestError::Status { status: 500, .. }),
                "{error:?}"
            );
        } else {
            assert!(matches!(error, RequestError::TimedOut(_)), "{error:?}");
        }
    }
}

#[tokio::test]
async fn headers_without_end_are_refused() {
    let (error, _) = refused(async |mut stream: TcpStream, _| {
        stream.write_all(b"HTTP/1.1 200 OK\r\n").await?;
        loop {
            stream.write_all(b"x-more: and more\r\n").await?;
        }
    })
    .await;
    assert!(
        matches!(request_error(error), RequestError::Unreachable(_)),
        "no such answer"
    );
}

#[tokio::test]
async fn an_answer_that_is_cut_off_is_an_error() {
    let (error, _) = refused(async |mut stream: TcpStream, _| {
        stream
            .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{\"connectionId\":")
            .await?;
        stream.shutdown().await
    })
    .await;
    assert!(
        matches!(request_error(error), RequestError::Unreachable(_)),
        "half an answer"
    );
}

#[tokio::test]
async fn redirects_of_http_have_an_end() {
    let (error, count) = refused(async |stream, _| {
        answer(stream, "307 Again", "location: /hub/negotiate\r\n", "").await
    })
    .await;
    assert!(
        matches!(request_error(error), RequestError::Unreachable(_)),
        "a circle"
    );
    assert!(count.get() <= 11, "{}", count.get());
}

#[tokio::test]
async fn a_transport_that_is_offered_again_and_again_is_tried_once() {
    let (error, count) = refused(async |stream: TcpStream, head: Head| {
        if head.is("negotiate") {
            negotiation(stream, &["LongPolling", "WebSockets"].repeat(500)).await
        } else {
            answer(stream, "404 Not Found", "", "").await
        }
    })
    .await;
    let StartError::Connect(ConnectError::NoTransport(failures)) = error else {
        panic!("{error:?}");
    };
    assert_eq!(failures.len(), 2, "{failures:?}");
    assert_eq!(count.get(), 4);
}

#[tokio::test]
async fn answers_of_all_kinds_that_are_none_fail_the_start() {
    for (status, body) in [
        ("200 OK", ""),
        ("204 No Content", ""),
        ("200 OK", "[]"),
        ("200 OK", "null"),
        ("200 OK", r#"{"availableTransports":7}"#),
        ("200 OK", r#"{"connectionId":1}"#),
        ("200 OK", r#"{"url":"gopher://elsewhere"}"#),
        ("200 OK", r#"{"url":"http://"}"#),
        ("200 OK", "{\"url\":\"/x\",\"accessToken\":\"a\\nb\"}"),
        ("304 Not Modified", ""),
        ("401 Unauthorized", "no"),
    ] {
        let (error, count) =
            refused(async move |stream, _| answer(stream, status, "", body).await).await;
        assert!(matches!(error, StartError::Connect(_)), "{body}: {error:?}");
        assert_eq!(count.get(), 1, "{body}");
    }
}

#[tokio::test]
async fn what_the_server_gives_as_a_token_stays_one_value_of_the_query() {
    let (url, _) = server(async |stream: TcpStream, head: Head| {
        if head.is("negotiate") {
            let body = r#"{"negotiateVersion":1,"connectionId":"i","connectionToken":"a&b=c d\r\nx: y#","availableTransports":[{"transport":"LongPolling","transferFormats":["Text"]}]}"#;
            answer(stream, "200 OK", "", body).await
        } else {
            assert!(head.is("GET /hub?id=a%26b%3Dc+d%0D%0Ax%3A+y%23 HTTP/1.1"), "{head:?}");
            answer(stream, "418 Seen", "", "").await
        }
    })
    .await;
    let link = HubConnection::builder(&url).build().expect("valid");
    let error = soon(link.start()).await.expect_err("no hub");
    assert!(error.to_string().contains("418"), "{error}");
}
