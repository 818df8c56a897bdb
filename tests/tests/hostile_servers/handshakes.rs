use std::time::Duration;

use signalr::client::{ConnectionState, StartError};
use signalr::error::CloseReason;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::time::sleep;

use crate::server::{drain, frame, over_socket, text};
use crate::watch::soon;

async fn refused<Playing>(
    play: impl Fn(TcpStream) -> Playing + Clone + Send + Sync + 'static,
) -> StartError
where
    Playing: Future<Output = std::io::Result<()>> + Send,
{
    let link = over_socket(play)
        .await
        .handshake_timeout(Duration::from_millis(500))
        .build()
        .expect("valid");
    let error = soon(link.start()).await.expect_err("no handshake");
    assert_eq!(link.state(), ConnectionState::Disconnected);
    error
}

#[tokio::test]
async fn an_answer_in_pieces_is_read() {
    let link = over_socket(async |mut stream: TcpStream| {
        for byte in text("{}\u{1e}") {
            stream.write_all(&[byte]).await?;
            sleep(Duration::from_millis(5)).await;
        }
        drain(stream).await
    })
    .await
    .build()
    .expect("valid");
    soon(link.start()).await.expect("a handshake");
}

#[tokio::test]
async fn an_answer_without_end_is_cut() {
    let error = refused(async |mut stream: TcpStream| {
        loop {
            stream.write_all(&text(&" ".repeat(4096))).await?;
        }
    })
    .await;
    assert!(matches!(error, StartError::Malformed(_)), "{error:?}");
}

#[tokio::test]
async fn an_answer_that_trickles_is_given_up() {
    let error = refused(async |mut stream: TcpStream| {
        loop {
            stream.write_all(&text(" ")).await?;
            sleep(Duration::from_millis(20)).await;
        }
    })
    .await;
    assert!(
        matches!(error, StartError::HandshakeTimeout(_)),
        "{error:?}"
    );
}

#[tokio::test]
async fn pings_are_no_handshake() {
    let error = refused(async |mut stream: TcpStream| {
        loop {
            stream.write_all(&frame(0x89, b"hello?")).await?;
            sleep(Duration::from_millis(1)).await;
        }
    })
    .await;
    assert!(
        matches!(error, StartError::HandshakeTimeout(_)),
        "{error:?}"
    );
}

#[tokio::test]
async fn answers_that_are_none_fail_the_start() {
    for bytes in [
        text("\u{1e}"),
        text("7\u{1e}"),
        text("[]\u{1e}"),
        text("{\"type\":6}\u{1e}"),
        text("{\"error\":7}\u{1e}"),
        frame(0x82, b"\x02\x91\x06\x1e"),
        frame(0x82, &[0xff, 0x1e]),
        // The first half of a message, then the end.
        frame(0x01, b"{"),
        frame(0x88, &1011_u16.to_be_bytes()),
        Vec::new(),
    ] {
        let shown = bytes.escape_ascii().to_string();
        let error = refused(move |mut stream: TcpStream| {
            let bytes = bytes.clone();
            async move {
                stream.write_all(&bytes).await?;
                stream.shutdown().await?;
                drain(stream).await
            }
        })
        .await;
        assert!(
            matches!(error, StartError::Malformed(_) | StartError::Closed(_)),
            "{shown}: {error:?}"
        );
    }
}

#[tokio::test]
async fn a_refusal_with_more_behind_it_is_a_refusal() {
    let error = refused(async |mut stream: TcpStream| {
        let answer = "{\"error\":\"no\"}\u{1e}{\"type\":1,\"target\":\"X\",\"arguments\":[]}\u{1e}";
        stream.write_all(&text(answer)).await?;
        stream.shutdown().await?;
        drain(stream).await
    })
    .await;
    assert!(
        matches!(&error, StartError::Refused(text) if text == "no"),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_close_glued_to_the_handshake_ends_the_connection() {
    let link = over_socket(async |mut stream: TcpStream| {
        let answer = "{}\u{1e}{\"type\":7,\"error\":\"go away\"}\u{1e}";
        stream.write_all(&text(answer)).await?;
        stream.shutdown().await?;
        drain(stream).await
    })
    .await
    .build()
    .expect("valid");
    let mut ends = crate::watch::Ends::of(&link);
    soon(link.start()).await.expect("a handshake");
    let CloseReason::Server { error, .. } = ends.next().await else {
        panic!("it said Close");
    };
    assert_eq!(error.as_deref(), Some("go away"));
}
