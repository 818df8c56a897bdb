//! The WebSocket transport: frames of any shape out, messages in.

use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};
use http::{HeaderName, HeaderValue};
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::Frame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};
use tokio_tungstenite::tungstenite::{Error, Message};

use super::address::Address;
use super::end::End;
use super::failure::Failure;
use super::inbox::Intake;
use super::vector::ConnectionSpec;

/// The opcode of text messages; 2 is that of binary ones.
pub(super) const TEXT: u8 = 1;

pub(super) type Socket = WebSocketStream<TcpStream>;

/// The writing half of a WebSocket.
pub(super) struct Sender(SplitSink<Socket, Message>);

/// Upgrades a connection.
pub(super) async fn open(
    to: &Address,
    spec: &ConnectionSpec,
    path: &str,
) -> Result<(Sender, SplitStream<Socket>), Failure> {
    let url = format!("ws://{}{path}", to.authority());
    let mut request = url.into_client_request().map_err(Failure::broken)?;
    for (name, value) in &spec.headers {
        let name: HeaderName = name.parse().map_err(Failure::broken)?;
        let value: HeaderValue = value.parse().map_err(Failure::broken)?;
        request.headers_mut().insert(name, value);
    }
    let opened = tokio_tungstenite::client_async(request, to.connect().await?).await;
    let (socket, _) = opened.map_err(|e| match e {
        Error::Http(response) => {
            let body = response.body().as_deref().unwrap_or_default();
            let body = String::from_utf8_lossy(body);
            Failure::broken(format!(
                "the WebSocket was refused: {} {body}",
                response.status()
            ))
        }
        other => Failure::broken(format!("the WebSocket was refused: {other}")),
    })?;
    let (sender, receiver) = socket.split();
    Ok((Sender(sender), receiver))
}

/// Reads to the end of the connection.
pub(super) async fn read(mut socket: SplitStream<Socket>, mut intake: Intake) {
    let mut closed = false;
    // After a Close, reading on is what sends its answer.
    while let Some(message) = socket.next().await {
        match message {
            Ok(Message::Text(text)) => intake.arrived(&text, TEXT),
            Ok(Message::Binary(bytes)) => intake.arrived(&String::from_utf8_lossy(&bytes), 2),
            Ok(Message::Close(frame)) => {
                closed = true;
                intake.ended(End::Code(frame.map_or(1005, |frame| frame.code.into())));
            }
            Ok(_) => {}
            Err(_) => break,
        }
    }
    if !closed {
        intake.ended(End::Abrupt(true));
    }
}

impl Sender {
    /// Sends each part as a frame of its own: a message, or a fragment of one.
    pub(super) async fn send(&mut self, parts: Vec<Vec<u8>>, binary: bool, fragments: bool) {
        let whole = if binary { Data::Binary } else { Data::Text };
        let last = parts.len().saturating_sub(1);
        for (at, part) in parts.into_iter().enumerate() {
            let data = if fragments && at > 0 {
                Data::Continue
            } else {
                whole
            };
            let frame = Frame::message(part, OpCode::Data(data), !fragments || at == last);
            // A server that has closed reads no more; what it said before is what counts.
            let _ = self.0.send(Message::Frame(frame)).await;
        }
    }

    /// Starts the closing handshake.
    pub(super) async fn close(&mut self, code: Option<u16>) {
        let frame = code.map(|code| CloseFrame {
            code: code.into(),
            reason: "".into(),
        });
        let _ = self.0.send(Message::Close(frame)).await;
    }
}
