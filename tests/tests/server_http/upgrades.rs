//! Requests to become a WebSocket.

use std::net::{Ipv4Addr, SocketAddr};

use axum::Router;
use futures_util::{SinkExt, StreamExt};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::tungstenite::Message;

use super::account::{Account, server};

/// The hub over a network.
async fn serve() -> SocketAddr {
    let (server, _seen) = server();
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await;
    let listener = listener.expect("a free port");
    let address = listener.local_addr().expect("a bound listener");
    let app = Router::new().merge(server.map::<Account>("/account"));
    tokio::spawn(async move { axum::serve(listener, app).await });
    address
}

/// Sends a request and gives the whole answer.
async fn request(address: SocketAddr, line: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(address).await.expect("it listens");
    let request = format!(
        "{line} HTTP/1.1\r\nhost: server\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    let sent = stream.write_all(request.as_bytes()).await;
    sent.expect("it listens");
    let mut answer = String::new();
    let read = stream.read_to_string(&mut answer).await;
    read.expect("an answer");
    answer
}

#[tokio::test]
async fn what_was_posted_before_a_web_socket_comes_first() {
    let address = serve().await;
    let offer = request(address, "POST /account/negotiate", "").await;
    let (_, offer) = offer.split_once("\r\n\r\n").expect("a body");
    let offer: Value = serde_json::from_str(offer).expect("JSON");
    let token = offer["connectionId"].as_str().expect("an id");
    let post = format!("POST /account?id={token}");
    let handshake = "{\"protocol\":\"json\",\"version\":1}\u{1e}";
    let posted = request(address, &post, handshake).await;
    assert!(posted.starts_with("HTTP/1.1 200"), "{posted}");
    let stream = TcpStream::connect(address).await.expect("it listens");
    let url = format!("ws://{address}/account?id={token}");
    let upgrade = tokio_tungstenite::client_async(url, stream).await;
    let (mut socket, _) = upgrade.expect("an upgrade");
    let call = "{\"type\":1,\"invocationId\":\"1\",\"target\":\"Roles\",\"arguments\":[]}\u{1e}";
    socket.send(Message::text(call)).await.expect("it listens");
    let mut heard = String::new();
    while !heard.contains("nobody") {
        let message = socket.next().await.expect("no end").expect("a message");
        heard.push_str(message.to_text().expect("text"));
    }
    assert!(heard.starts_with("{}\u{1e}"), "{heard}");
    let late = request(address, &post, "").await;
    assert!(late.starts_with("HTTP/1.1 405"), "{late}");
}

#[tokio::test]
async fn an_upgrade_needs_http_1_1_and_one_key() {
    let address = serve().await;
    let key = "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    for (version, keys, expected) in [
        ("1.1", key.to_owned(), "HTTP/1.1 101 "),
        ("1.0", key.to_owned(), "HTTP/1.0 400 "),
        ("1.1", key.repeat(2), "HTTP/1.1 400 "),
        ("1.1", String::new(), "HTTP/1.1 400 "),
    ] {
        let mut stream = TcpStream::connect(address).await.expect("it listens");
        let request = format!(
            "GET /account HTTP/{version}\r\nhost: server\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n{keys}\r\n"
        );
        let sent = stream.write_all(request.as_bytes()).await;
        sent.expect("it listens");
        let mut status = [0; 13];
        stream.read_exact(&mut status).await.expect("an answer");
        assert_eq!(String::from_utf8_lossy(&status), expected);
    }
}
