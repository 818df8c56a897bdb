//! Networks that swallow everything without a word.

use std::time::Duration;

use signalr::client::ConnectionState;
use signalr::error::CloseReason;
use signalr::{HubConnection, InvokeError};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::time::sleep;

use crate::server::{over_socket, text};
use crate::watch::{Ends, soon};

#[tokio::test]
async fn a_silent_network_is_noticed_with_calls_and_uploads_under_way() {
    let link = over_socket(async |mut stream: TcpStream| {
        stream.write_all(&text("{}\u{1e}")).await?;
        sleep(Duration::from_secs(600)).await;
        drop(stream);
        Ok(())
    })
    .await
    .server_timeout(Duration::from_millis(500))
    .keep_alive_interval(Duration::from_millis(100))
    .build()
    .expect("valid");
    let mut ends = Ends::of(&link);
    soon(link.start()).await.expect("a handshake");
    let text = "x".repeat(100_000);
    let mut calls = tokio::task::JoinSet::new();
    for _ in 0..200 {
        calls.spawn(link.invoke::<()>("Take", (&text,)));
    }
    let endless = signalr::contract::Upload::new(futures_util::stream::repeat(text.clone()));
    calls.spawn(link.invoke::<()>("Upload", (endless,)));
    let reason = ends.next().await;
    assert!(
        matches!(reason, CloseReason::ServerTimeout(_)),
        "{reason:?}"
    );
    while let Some(call) = soon(calls.join_next()).await {
        let error = call.expect("no panic").expect_err("no answer");
        assert!(
            matches!(error, InvokeError::Closed(_) | InvokeError::NotConnected),
            "{error:?}"
        );
    }
    assert_eq!(link.state(), ConnectionState::Disconnected);
}

#[tokio::test]
async fn a_server_that_cannot_be_reached_is_not_one_that_takes_its_time() {
    // Nobody accepts: the connections beyond the backlog are never made.
    let socket = tokio::net::TcpSocket::new_v4().expect("a socket");
    socket
        .bind((std::net::Ipv4Addr::LOCALHOST, 0).into())
        .expect("a free port");
    let listener = socket.listen(0).expect("it listens");
    let address = listener.local_addr().expect("bound");
    let _first = TcpStream::connect(address).await.expect("one may wait");
    let _second = tokio::spawn(TcpStream::connect(address));
    let link = HubConnection::builder(&format!("http://{address}"))
        .request_timeout(Duration::from_secs(2))
        .build()
        .expect("valid");
    let error = soon(link.start()).await.expect_err("nobody is there");
    let text = error.to_string();
    assert!(!text.contains("did not answer within"), "{text}");
}
