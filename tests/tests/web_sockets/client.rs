//! A server at a port, and a client whose socket is read only when a test asks for a message.

use std::collections::VecDeque;
use std::net::{Ipv4Addr, SocketAddr};

use axum::Router;
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{WebSocketStream, client_async};

/// Serves `app`, for as long as the test runs.
pub(crate) async fn serve(app: Router) -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .await
        .expect("a free port");
    let address = listener.local_addr().expect("a bound listener");
    tokio::spawn(async move {
        axum::serve(listener, app)
            .await
            .expect("a server without end");
    });
    address
}

pub(crate) struct Client {
    socket: WebSocketStream<TcpStream>,
    inbox: VecDeque<Value>,
}

impl Client {
    pub(crate) async fn connect(server: SocketAddr) -> Self {
        let socket = TcpSocket::new_v4().expect("a socket");
        // As little as the system allows, so that little has to be sent.
        socket.set_recv_buffer_size(4096).expect("a smaller buffer");
        let stream = socket.connect(server).await.expect("the server listens");
        let url = format!("ws://{server}/hub");
        let (mut socket, _) = client_async(url, stream).await.expect("an upgrade");
        let handshake = "{\"protocol\":\"json\",\"version\":1}\u{1e}";
        socket.send(handshake.into()).await.expect("a whole wire");
        let mut client = Self {
            socket,
            inbox: VecDeque::new(),
        };
        assert_eq!(client.next().await, Some(json!({})));
        client
    }

    /// The next message but pings; `None`: the socket is closed or lost.
    pub(crate) async fn next(&mut self) -> Option<Value> {
        loop {
            match self.inbox.pop_front() {
                Some(message) if message["type"] != 6 => return Some(message),
                Some(_) => {}
                None => match self.socket.next().await? {
                    Ok(Message::Text(text)) => self.inbox.extend(
                        text.split_terminator('\u{1e}')
                            .map(|message| serde_json::from_str::<Value>(message).expect("JSON")),
                    ),
                    Ok(_) => {}
                    Err(_) => return None,
                },
            }
        }
    }

    /// The number of the next call; `None`: something else comes, or nothing any more.
    pub(crate) async fn tick(&mut self) -> Option<u64> {
        self.next().await?["arguments"][0].as_u64()
    }

    pub(crate) async fn call(&mut self, id: &str, target: &str, arguments: Value) {
        let call = json!({
            "type": 1, "invocationId": id, "target": target, "arguments": arguments,
        });
        let sent = self.socket.send(format!("{call}\u{1e}").into()).await;
        sent.expect("a whole wire");
    }
}
