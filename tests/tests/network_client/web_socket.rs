//! A server that sends its WebSocket frames as it likes.

use std::net::Ipv4Addr;

use futures_util::{SinkExt, StreamExt};
use signalr::{CloseReason, HubConnection, Transports};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::unbounded_channel;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::{WebSocketStream, accept_async};

type Socket = WebSocketStream<TcpStream>;

/// A connection that goes to a server which `serve` plays after the handshake's request.
async fn played<Playing>(serve: impl FnOnce(Socket) -> Playing + Send + 'static) -> HubConnection
where
    Playing: Future<Output = ()> + Send,
{
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .await
        .expect("a free port");
    let address = listener.local_addr().expect("bound");
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.expect("a client");
        let mut socket = accept_async(stream).await.expect("an upgrade");
        let handshake = socket.next().await.expect("a frame").expect("whole");
        assert_eq!(
            handshake,
            Message::text("{\"protocol\":\"json\",\"version\":1}\u{1e}")
        );
        serve(socket).await;
    });
    HubConnection::builder(&format!("ws://{address}"))
        .transports(Transports::WEB_SOCKETS)
        .skip_negotiation(true)
        .build()
        .expect("valid")
}

#[tokio::test]
async fn pings_of_the_web_socket_are_answered() {
    let (sender, mut answered) = unbounded_channel();
    let link = played(async move |mut socket| {
        socket.send(Message::text("{}\u{1e}")).await.expect("sent");
        socket
            .send(Message::Ping("are you there".into()))
            .await
            .expect("sent");
        while let Some(Ok(message)) = socket.next().await {
            if let Message::Pong(payload) = message {
                sender.send(payload).expect("the test listens");
            }
        }
    })
    .await;
    link.start().await.expect("a handshake");
    assert_eq!(answered.recv().await.expect("a pong"), "are you there");
    link.stop().await;
}

#[tokio::test]
async fn a_stop_says_close_to_the_hub_and_to_the_web_socket() {
    let (sender, mut seen) = unbounded_channel();
    let link = played(async move |mut socket| {
        socket.send(Message::text("{}\u{1e}")).await.expect("sent");
        while let Some(Ok(message)) = socket.next().await {
            sender.send(message).expect("the test listens");
        }
    })
    .await;
    link.start().await.expect("a handshake");
    link.stop().await;
    let mut said = Vec::new();
    while let Some(message) = seen.recv().await {
        said.push(message);
    }
    let close = CloseFrame {
        code: CloseCode::Normal,
        reason: "".into(),
    };
    assert!(
        said.iter().any(
            |message| matches!(message, Message::Text(text) if text.as_str().contains("\"type\":7"))
        ),
        "{said:?}"
    );
    assert_eq!(said.last(), Some(&Message::Close(Some(close))));
}

#[tokio::test]
async fn how_the_server_closes_tells_whether_it_is_a_loss() {
    for (code, is_loss) in [(CloseCode::Normal, false), (CloseCode::Away, true)] {
        let link = played(async move |mut socket| {
            socket.send(Message::text("{}\u{1e}")).await.expect("sent");
            let frame = CloseFrame {
                code,
                reason: "".into(),
            };
            socket.close(Some(frame)).await.expect("sent");
            while let Some(Ok(_)) = socket.next().await {}
        })
        .await;
        let (sender, mut closed) = unbounded_channel();
        link.on_closed(move |reason| sender.send(reason).expect("the test listens"));
        link.start().await.expect("a handshake");
        let reason = closed.recv().await.expect("an end");
        match (&reason, is_loss) {
            (CloseReason::TransportClosed, false) => {}
            (CloseReason::TransportLost(how), true) => assert!(how.contains("1001"), "{how}"),
            _ => panic!("{code}: {reason:?}"),
        }
    }
}
