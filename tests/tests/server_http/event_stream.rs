//! A client of an event stream that stops reading.

use std::io;
use std::time::Duration;

use axum::serve::Listener;
use serde_json::Value;
use signalr::{SignalR, hub};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep};

use super::web::Web;

/// How many bytes are on their way at most.
const WIRE: usize = 4096;

struct Ticker;

#[hub]
impl Ticker {
    pub fn nothing(&self) {}
}

/// Sockets in memory.
struct Sockets(mpsc::UnboundedReceiver<DuplexStream>);

impl Listener for Sockets {
    type Io = DuplexStream;
    type Addr = ();

    async fn accept(&mut self) -> (DuplexStream, ()) {
        match self.0.recv().await {
            Some(socket) => (socket, ()),
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> io::Result<()> {
        Ok(())
    }
}

/// Reads until what has come ends with `end`.
async fn read_to(socket: &mut DuplexStream, end: &str) {
    let mut read = Vec::new();
    while !read.ends_with(end.as_bytes()) {
        read.push(socket.read_u8().await.expect("more"));
    }
}

#[tokio::test(start_paused = true)]
async fn who_stops_reading_loses_the_socket_after_the_send_timeout() {
    let signalr = SignalR::builder()
        .hub::<Ticker>(|_| Ok(Ticker), |_| {})
        .build()
        .expect("a complete server");
    let routes = axum::Router::new().merge(signalr.map::<Ticker>("/hub"));
    let web = Web::new(routes.clone());
    let (sockets, incoming) = mpsc::unbounded_channel();
    tokio::spawn(async move { axum::serve(Sockets(incoming), routes).await });

    let negotiated = web.post("/hub/negotiate?negotiateVersion=1").answer().await;
    let negotiated: Value = serde_json::from_slice(&negotiated.body).expect("JSON");
    let token = negotiated["connectionToken"].as_str().expect("a token");
    let (mut client, server) = duplex(WIRE);
    sockets.send(server).expect("it listens");
    let request =
        format!("GET /hub?id={token} HTTP/1.1\r\nhost: x\r\naccept: text/event-stream\r\n\r\n");
    client.write_all(request.as_bytes()).await.expect("taken");
    let handshake = "{\"protocol\":\"json\",\"version\":1}\u{1e}";
    web.post(&format!("/hub?id={token}"))
        .body(handshake)
        .answer()
        .await;
    read_to(&mut client, "data: {}\u{1e}\r\n\r\n\r\n").await;

    // From now on it reads nothing.
    let hub = signalr.context::<Ticker>();
    let began = Instant::now();
    let text = "x".repeat(1000);
    while signalr.slow_consumers().ended_connections == 0 {
        let sent = hub.clients().all().send("Tick", (&text,));
        sent.await.expect("a send that cannot fail");
        assert!(began.elapsed() < Duration::from_secs(13), "it goes on");
    }
    sleep(Duration::from_secs(1)).await;
    // The server is gone: there is what was on its way, and then nothing.
    let mut rest = Vec::new();
    // An end or an error, that is for the wire to say.
    let _ = client.read_to_end(&mut rest).await;
    assert!(rest.len() <= WIRE, "{} bytes", rest.len());
}
