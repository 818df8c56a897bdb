use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use signalr::client::ConnectionState;
use signalr::error::CloseReason;
use signalr::{HubConnection, Transports};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::time::sleep;

use crate::server::{Count, Head, answer, begin, negotiation, server};
use crate::watch::{Ends, soon};

/// A connection by long polling to a server that plays every poll but the first, which opens the
/// connection, and the second, which brings the handshake.
async fn polled<Playing>(
    play: impl Fn(TcpStream) -> Playing + Clone + Send + Sync + 'static,
) -> (HubConnection, Count)
where
    Playing: Future<Output = std::io::Result<()>> + Send,
{
    let polls = Arc::new(AtomicUsize::new(0));
    let (url, count) = server(move |stream, head: Head| {
        let (play, polls) = (play.clone(), Arc::clone(&polls));
        async move {
            if head.is("negotiate") {
                return negotiation(stream, &["LongPolling"]).await;
            }
            if !head.is("GET") {
                return answer(stream, "200 OK", "", "").await;
            }
            match polls.fetch_add(1, Ordering::SeqCst) {
                0 => answer(stream, "200 OK", "", "").await,
                1 => answer(stream, "200 OK", "", "{}\u{1e}").await,
                _ => play(stream).await,
            }
        }
    })
    .await;
    let link = HubConnection::builder(&url)
        .transports(Transports::LONG_POLLING)
        .access_token_provider(|| async { "token" })
        .maximum_receive_message_size(100_000)
        .request_timeout(Duration::from_millis(500))
        .build()
        .expect("valid");
    (link, count)
}

#[tokio::test]
async fn a_poll_that_is_refused_loses_the_connection() {
    for (status, requests) in [
        ("404 Not Found", 1),
        ("409 Conflict", 1),
        ("500 No", 1),
        // Once more with a fresh token.
        ("401 Unauthorized", 2),
    ] {
        let (link, count) = polled(async move |stream| answer(stream, status, "", "").await).await;
        let mut ends = Ends::of(&link);
        soon(link.start()).await.expect("a handshake");
        let reason = ends.next().await;
        assert!(
            matches!(&reason, CloseReason::TransportLost(how) if how.contains(&status[..3])),
            "{reason:?}"
        );
        // Negotiation, the handshake's POST, and two polls that went well.
        assert_eq!(count.get(), 4 + requests, "{status}");
    }
}

#[tokio::test]
async fn an_end_without_a_word_is_one() {
    let (link, _) = polled(async |stream| answer(stream, "204 No Content", "", "").await).await;
    let mut ends = Ends::of(&link);
    soon(link.start()).await.expect("a handshake");
    assert_eq!(ends.next().await, CloseReason::TransportClosed);
}

#[tokio::test]
async fn an_answer_without_end_is_cut() {
    let (link, _) = polled(async |mut stream: TcpStream| {
        begin(&mut stream, "").await?;
        loop {
            stream.write_all(&[b'x'; 4096]).await?;
        }
    })
    .await;
    let mut ends = Ends::of(&link);
    soon(link.start()).await.expect("a handshake");
    let reason = ends.next().await;
    assert_eq!(reason, CloseReason::MessageTooLarge { limit: 100_000 });
}

#[tokio::test]
async fn polls_that_bring_nothing_go_on_and_can_be_stopped() {
    let (link, count) = polled(async |stream| answer(stream, "200 OK", "", "").await).await;
    soon(link.start()).await.expect("a handshake");
    while count.get() < 50 {
        sleep(Duration::from_millis(1)).await;
    }
    assert_eq!(link.state(), ConnectionState::Connected);
    soon(link.stop()).await;
    assert_eq!(link.state(), ConnectionState::Disconnected);
}

#[tokio::test]
async fn a_poll_may_wait_longer_than_a_request() {
    let (link, count) = polled(async |stream: TcpStream| {
        sleep(Duration::from_secs(600)).await;
        drop(stream);
        Ok(())
    })
    .await;
    soon(link.start()).await.expect("a handshake");
    let begin = count.get();
    while count.get() < begin + 3 {
        sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(link.state(), ConnectionState::Connected);
    soon(link.stop()).await;
}
