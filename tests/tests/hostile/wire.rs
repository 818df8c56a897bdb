//! HTTP and WebSockets by hand, since no library sends what breaks the rules.

use std::io;

use axum::Router;
use axum::serve::Listener;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use tokio::sync::mpsc;

/// How many bytes a wire holds each way.
const CAPACITY: usize = 8192;

/// The way to a server.
#[derive(Clone)]
pub(crate) struct Network(mpsc::UnboundedSender<DuplexStream>);

impl Network {
    pub(crate) fn new(router: Router) -> Self {
        let (sockets, incoming) = mpsc::unbounded_channel();
        tokio::spawn(async move { axum::serve(Incoming(incoming), router).await });
        Self(sockets)
    }

    pub(crate) fn connect(&self) -> Wire {
        let (near, far) = duplex(CAPACITY);
        self.0.send(far).expect("the server runs");
        Wire {
            io: near,
            inbox: Vec::new(),
        }
    }

    /// The answer to a request that is written out whole.
    pub(crate) async fn request(&self, head: &str, body: &str) -> (u16, String) {
        let mut wire = self.connect();
        let request = format!(
            "{head} HTTP/1.1\r\nHost: server\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        wire.write(request.as_bytes()).await;
        wire.answer().await
    }

    /// The token of a new connection.
    pub(crate) async fn negotiate(&self, path: &str) -> String {
        let (status, body) = self
            .request(&format!("POST {path}/negotiate?negotiateVersion=1"), "")
            .await;
        assert_eq!(status, 200);
        let offer: Value = serde_json::from_str(&body).expect("JSON");
        offer["connectionToken"].as_str().expect("a token").into()
    }
}

struct Incoming(mpsc::UnboundedReceiver<DuplexStream>);

impl Listener for Incoming {
    type Io = DuplexStream;
    type Addr = ();

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        match self.0.recv().await {
            Some(socket) => (socket, ()),
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        Ok(())
    }
}

/// A client's end.
pub(crate) struct Wire {
    io: DuplexStream,
    inbox: Vec<u8>,
}

impl Wire {
    /// Whether the server still takes it.
    pub(crate) async fn write(&mut self, bytes: &[u8]) -> bool {
        self.io.write_all(bytes).await.is_ok()
    }

    async fn read(&mut self) -> bool {
        self.io.read_buf(&mut self.inbox).await.is_ok_and(|n| n > 0)
    }

    /// The head of an answer.
    pub(crate) async fn head(&mut self) -> String {
        loop {
            if let Some(end) = self.inbox.windows(4).position(|w| w == b"\r\n\r\n") {
                let head: Vec<u8> = self.inbox.drain(..end + 4).collect();
                return String::from_utf8(head).expect("text");
            }
            assert!(self.read().await, "no answer");
        }
    }

    /// Status and body of an answer that ends with its connection.
    pub(crate) async fn answer(mut self) -> (u16, String) {
        let head = self.head().await;
        while self.read().await {}
        let status = head.split(' ').nth(1).and_then(|s| s.parse().ok());
        let body = String::from_utf8(self.inbox).expect("text");
        (status.expect("a status"), body)
    }
}

/// A WebSocket without scruples. Its mask is zero, so that frames can be read here.
pub(crate) struct Socket(Wire);

/// How the server ended a connection.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Ended {
    /// The error in the hub's Close, or the handshake's.
    pub(crate) said: Option<String>,
    /// The status of the WebSocket's Close.
    pub(crate) status: Option<u16>,
}

impl Socket {
    /// Opens a socket, without a word.
    pub(crate) async fn open(network: &Network, path: &str) -> Self {
        let mut wire = network.connect();
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: server\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
             Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n"
        );
        wire.write(request.as_bytes()).await;
        let head = wire.head().await.to_lowercase();
        assert!(head.starts_with("http/1.1 101 "), "{head}");
        assert!(!head.contains("sec-websocket-extensions"), "{head}");
        Self(wire)
    }

    /// A connection that shook hands for JSON.
    pub(crate) async fn connect(network: &Network, path: &str) -> Self {
        Self::speaking(network, path, "json").await
    }

    pub(crate) async fn speaking(network: &Network, path: &str, protocol: &str) -> Self {
        let mut socket = Self::open(network, path).await;
        let handshake = format!("{{\"protocol\":\"{protocol}\",\"version\":1}}\x1e");
        socket.write(&frame(0x81, handshake.as_bytes())).await;
        let (_, answer) = socket.next().await.expect("an answer");
        assert_eq!(answer, b"{}\x1e");
        socket
    }

    /// Whether the server still takes it.
    pub(crate) async fn write(&mut self, bytes: &[u8]) -> bool {
        self.0.write(bytes).await
    }

    /// The same bytes so many times, or until the server has enough; what it says meanwhile stays
    /// to be read.
    pub(crate) async fn pour(&mut self, bytes: &[u8], times: usize) {
        let Wire { io, inbox } = &mut self.0;
        let (mut reader, mut writer) = tokio::io::split(io);
        let listening = async {
            while inbox.len() < 4096 && reader.read_buf(inbox).await.is_ok_and(|n| n > 0) {}
            std::future::pending().await
        };
        let pouring = async {
            for _ in 0..times {
                if writer.write_all(bytes).await.is_err() {
                    return;
                }
            }
        };
        tokio::select! {
            biased;
            () = listening => {}
            () = pouring => {}
        }
    }

    /// The next frame: its first byte and its payload. `None`: there are no more.
    pub(crate) async fn next(&mut self) -> Option<(u8, Vec<u8>)> {
        loop {
            if let Some(frame) = self.heard() {
                return Some(frame);
            }
            if !self.0.read().await {
                return None;
            }
        }
    }

    /// The next frame, if it has been read whole.
    pub(crate) fn heard(&mut self) -> Option<(u8, Vec<u8>)> {
        let (head, length) = header(&self.0.inbox)?;
        if self.0.inbox.len() < head + length {
            return None;
        }
        let frame: Vec<u8> = self.0.inbox.drain(..head + length).collect();
        Some((frame[0], frame[head..].to_vec()))
    }

    /// Calls a method.
    pub(crate) async fn call(&mut self, id: u64, target: &str, arguments: Value) -> bool {
        let call = json!({"type": 1, "invocationId": id.to_string(), "target": target, "arguments": arguments});
        self.say(&call).await
    }

    pub(crate) async fn say(&mut self, message: &Value) -> bool {
        let frame = frame(0x81, format!("{message}\x1e").as_bytes());
        self.write(&frame).await
    }

    /// Calls a method and gives its answer.
    pub(crate) async fn ask(&mut self, id: u64, target: &str, arguments: Value) -> Value {
        self.call(id, target, arguments).await;
        self.completion(id).await
    }

    /// The answer to a call.
    pub(crate) async fn completion(&mut self, id: u64) -> Value {
        let id = id.to_string();
        loop {
            let (_, payload) = self.next().await.expect("an answer before the end");
            let answer = messages(&payload).find(|m| m["invocationId"] == *id);
            if let Some(answer) = answer {
                return answer;
            }
        }
    }

    /// Listens to the end.
    pub(crate) async fn end(mut self) -> Ended {
        let mut ended = Ended {
            said: None,
            status: None,
        };
        while let Some((first, payload)) = self.next().await {
            if first == 0x88 {
                let status = payload.first_chunk().expect("a status");
                ended.status = Some(u16::from_be_bytes(*status));
                self.write(&frame(0x88, &payload)).await;
            } else if first == 0x81 {
                let closing = messages(&payload)
                    .find(|m| m["type"] == 7 || m["type"].is_null() && !m["error"].is_null());
                ended.said = closing
                    .and_then(|close| close["error"].as_str().map(str::to_owned))
                    .or(ended.said);
            } else {
                // In MessagePack the error is the first text.
                let text: String = String::from_utf8_lossy(&payload).into_owned();
                ended.said = text
                    .find("Connection closed")
                    .map(|at| text[at..].trim_end_matches('\u{fffd}').to_owned())
                    .or(ended.said);
            }
        }
        ended
    }
}

fn messages(payload: &[u8]) -> impl Iterator<Item = Value> {
    payload
        .split(|&byte| byte == 0x1e)
        .filter_map(|message| serde_json::from_slice(message).ok())
}

/// How long a frame's header and its payload are, as soon as that is known.
fn header(bytes: &[u8]) -> Option<(usize, usize)> {
    let wide = |at: usize| usize::from(bytes[at]);
    match bytes.get(1)? {
        126 if bytes.len() >= 4 => Some((4, wide(2) << 8 | wide(3))),
        127 if bytes.len() >= 10 => Some((10, (2..10).fold(0, |sum, at| sum << 8 | wide(at)))),
        126 | 127 => None,
        &short => Some((2, short.into())),
    }
}

/// A frame with this first byte, masked with nothing.
pub(crate) fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut frame = vec![first];
    match payload.len() {
        short @ 0..126 => frame.push(0x80 | short as u8),
        medium @ 126..0x1_0000 => {
            frame.push(0x80 | 126);
            frame.extend((medium as u16).to_be_bytes());
        }
        long => {
            frame.push(0x80 | 127);
            frame.extend((long as u64).to_be_bytes());
        }
    }
    frame.extend([0; 4]);
    frame.extend(payload);
    frame
}

/// The header alone, with a length of one's own.
pub(crate) fn header_of(first: u8, length: u64) -> Vec<u8> {
    let mut header = vec![first, 0x80 | 127];
    header.extend(length.to_be_bytes());
    header.extend([0; 4]);
    header
}
