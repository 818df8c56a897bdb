//! WebSockets over HTTP/2.

use std::net::Ipv4Addr;

use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, Response, StatusCode};
use futures_util::{SinkExt, StreamExt};
use hyper::body::Incoming;
use hyper::client::conn::http2::{self, SendRequest};
use hyper::ext::Protocol;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::Role;

use super::account::{Account, server};

async fn connect() -> SendRequest<Body> {
    let (server, _) = server();
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await;
    let listener = listener.expect("a free port");
    let address = listener.local_addr().expect("a bound listener");
    let app = Router::new().merge(server.map::<Account>("/account"));
    tokio::spawn(async move { axum::serve(listener, app).await });
    let stream = TcpStream::connect(address).await.expect("it listens");
    let handshake = http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await;
    let (mut http, connection) = handshake.expect("HTTP/2");
    tokio::spawn(connection);
    // What the server can do is known from its first answer on.
    let negotiated = ask(&mut http, Method::POST, "/account/negotiate", None).await;
    assert_eq!(negotiated.status(), StatusCode::OK);
    http
}

async fn ask(
    http: &mut SendRequest<Body>,
    method: Method,
    path: &str,
    protocol: Option<&'static str>,
) -> Response<Incoming> {
    let request = Request::builder()
        .method(method)
        .uri(format!("http://localhost{path}"))
        .header("sec-websocket-version", "13");
    let mut request = request.body(Body::empty()).expect("a request");
    if let Some(protocol) = protocol {
        let protocol = Protocol::from_static(protocol);
        request.extensions_mut().insert(protocol);
    }
    http.send_request(request).await.expect("an answer")
}

#[tokio::test]
async fn a_hub_is_called_over_one_stream_of_a_connection() {
    let mut http = connect().await;
    let answer = ask(&mut http, Method::CONNECT, "/account", Some("websocket")).await;
    assert_eq!(answer.status(), StatusCode::OK);
    let upgraded = hyper::upgrade::on(answer).await.expect("a stream");
    let mut socket =
        WebSocketStream::from_raw_socket(TokioIo::new(upgraded), Role::Client, None).await;
    let handshake = "{\"protocol\":\"json\",\"version\":1}\u{1e}";
    let call = "{\"type\":1,\"invocationId\":\"1\",\"target\":\"Roles\",\"arguments\":[]}\u{1e}";
    let sent = Message::text(format!("{handshake}{call}"));
    socket.send(sent).await.expect("it listens");
    let mut heard = String::new();
    while !heard.contains("nobody") {
        let message = socket.next().await.expect("no end").expect("a message");
        heard.push_str(message.to_text().expect("text"));
    }
    // Others go on beside it.
    let negotiated = ask(&mut http, Method::POST, "/account/negotiate", None).await;
    assert_eq!(negotiated.status(), StatusCode::OK);
    socket.close(None).await.expect("it listens");
    while let Some(Ok(message)) = socket.next().await {
        assert!(!message.is_text(), "{message}");
    }
}

#[tokio::test]
async fn the_rules_for_upgrades_hold() {
    let mut http = connect().await;
    let status = async |http: &mut _, path, protocol| {
        let answer = ask(http, Method::CONNECT, path, Some(protocol)).await;
        answer.status()
    };
    for (path, protocol, expected) in [
        ("/account?id=unknown", "websocket", StatusCode::NOT_FOUND),
        ("/account", "connect-udp", StatusCode::METHOD_NOT_ALLOWED),
        (
            "/account/negotiate",
            "websocket",
            StatusCode::METHOD_NOT_ALLOWED,
        ),
        ("/elsewhere", "websocket", StatusCode::NOT_FOUND),
    ] {
        let found = status(&mut http, path, protocol).await;
        assert_eq!(found, expected, "{path} {protocol}");
    }
}
