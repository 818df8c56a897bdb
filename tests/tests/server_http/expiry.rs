//! Connections that end with their authentication.

use std::net::Ipv4Addr;
use std::time::Duration;

use axum::http::StatusCode;
use axum::{Extension, Router};
use futures_util::{SinkExt, StreamExt};
use serde_json::json;
use signalr::{EndpointOptions, SignalR};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite::Message;

use super::account::{Account, Poller, former, serve, server, user};
use super::web::Web;

fn closing() -> EndpointOptions {
    EndpointOptions::default().close_on_authentication_expiration(true)
}

#[tokio::test(start_paused = true)]
async fn an_expired_connection_is_closed_and_may_come_back() {
    let (web, mut seen) = serve(closing());
    let (ann, former) = (user("ann", "member"), former("ann"));
    let mut client = Poller::connect(&web, Some(&ann)).await;
    assert_eq!(client.call(Some(&ann), "Roles").await["result"], "member");
    // Each poll proves anew until when.
    let close = client.next(Some(&former)).await;
    assert_eq!(close, json!({"type": 7, "allowReconnect": true}));
    assert_eq!(seen.recv().await.as_deref(), Some("left"));
    let end = client.poll(Some(&former)).await;
    assert_eq!(end.status, StatusCode::NO_CONTENT);
}

#[tokio::test(start_paused = true)]
async fn an_event_stream_ends_with_its_authentication() {
    let (web, mut seen) = serve(closing());
    let former = former("ann");
    let negotiating = web.post("/account/negotiate?negotiateVersion=1");
    let offer = negotiating.answer().await.json();
    let token = offer["connectionToken"].as_str().expect("a token");
    let path = format!("/account?id={token}");
    let listen = web.get(&path).header("accept", "text/event-stream");
    let mut events = listen
        .by(Some(&former))
        .begin()
        .await
        .into_body()
        .into_data_stream();
    let handshake = web
        .post(&path)
        .body("{\"protocol\":\"json\",\"version\":1}\u{1e}");
    assert_eq!(handshake.status().await, StatusCode::OK);
    let mut heard = String::new();
    while let Some(Ok(part)) = events.next().await {
        heard.push_str(std::str::from_utf8(&part).expect("text"));
    }
    assert!(
        heard.ends_with("data: {\"type\":7,\"allowReconnect\":true}\u{1e}\r\n\r\n"),
        "{heard}"
    );
    assert_eq!(seen.recv().await.as_deref(), Some("left"));
}

#[tokio::test]
async fn a_web_socket_ends_with_its_authentication() {
    let (server, mut seen) = server();
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await;
    let listener = listener.expect("a free port");
    let address = listener.local_addr().expect("a bound listener");
    let routes: Router = server.map_with::<Account>("/account", closing()).into();
    let app = routes.layer(Extension(former("ann")));
    tokio::spawn(async move { axum::serve(listener, app).await });
    let stream = TcpStream::connect(address).await.expect("it listens");
    let url = format!("ws://{address}/account");
    let upgrade = tokio_tungstenite::client_async(url, stream).await;
    let (mut socket, _) = upgrade.expect("an upgrade");
    let handshake = Message::text("{\"protocol\":\"json\",\"version\":1}\u{1e}");
    socket.send(handshake).await.expect("it listens");
    let mut heard = String::new();
    let code = loop {
        match socket.next().await.expect("a Close first").expect("whole") {
            Message::Text(text) => heard.push_str(&text),
            Message::Close(frame) => break frame.map(|frame| u16::from(frame.code)),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(code, Some(1000));
    assert!(
        heard.ends_with("{\"type\":7,\"allowReconnect\":true}\u{1e}"),
        "{heard}"
    );
    assert_eq!(seen.recv().await.as_deref(), Some("left"));
}

#[tokio::test(start_paused = true)]
async fn nothing_expires_where_it_is_not_asked_for() {
    let (web, _seen) = serve(EndpointOptions::default());
    let former = former("ann");
    let mut client = Poller::connect(&web, Some(&former)).await;
    tokio::time::sleep(Duration::from_secs(10)).await;
    let answer = client.call(Some(&former), "Roles").await;
    assert_eq!(answer["result"], "former");
}

#[tokio::test(start_paused = true)]
async fn a_poll_of_nobody_does_not_lengthen_anything() {
    let (web, mut seen) = serve(closing());
    let ann = former("ann");
    let client = Poller::connect(&web, Some(&ann)).await;
    client.poll(None).await;
    assert_eq!(seen.recv().await.as_deref(), Some("left"));
}

#[tokio::test(start_paused = true)]
async fn a_raw_connection_hears_its_end() {
    let (sender, mut seen) = mpsc::unbounded_channel();
    let server = SignalR::builder().build().expect("complete");
    let routes = server.map_connections("/raw", closing(), move |mut connection| {
        let sender = sender.clone();
        async move {
            let name = connection
                .principal()
                .and_then(|user| user.id().map(str::to_owned));
            let received = connection.receive().await;
            let _ = sender.send((name, matches!(received, Ok(None))));
        }
    });
    let web = Web::new(routes);
    let offer = web.post("/raw/negotiate?negotiateVersion=1").answer();
    let offer = offer.await.json();
    let token = offer["connectionToken"].as_str().expect("a token");
    let poll = web.get(&format!("/raw?id={token}"));
    assert_eq!(poll.by(Some(&former("ann"))).status().await, StatusCode::OK);
    assert_eq!(seen.recv().await, Some((Some("ann".into()), true)));
}
