//! Requests to become a WebSocket, byte by byte.

use std::net::Ipv4Addr;

use axum::Router;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::account::{Account, server};

#[tokio::test]
async fn an_upgrade_needs_http_1_1_and_one_key() {
    let (server, _seen) = server();
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await;
    let listener = listener.expect("a free port");
    let address = listener.local_addr().expect("a bound listener");
    let app = Router::new().merge(server.map::<Account>("/account"));
    tokio::spawn(async move { axum::serve(listener, app).await });
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
