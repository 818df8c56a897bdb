//! A client that counts its messages by hand.

use std::collections::VecDeque;

use axum::http::StatusCode;
use bytes::Bytes;
use futures_util::{SinkExt, StreamExt};
use serde_json::Value;
use signalr::protocol::{
    Argument, CompletionOutcome, FrameReader, HubProtocol, Message, Outcome, OutgoingInvocation,
    write_request,
};
use tokio_tungstenite::tungstenite;

use super::network::{Cut, Network, Socket};

/// What a server says, pings left out.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Said {
    Call {
        id: Option<String>,
        target: String,
        argument: Value,
    },
    Item(String, Value),
    Completion(String, Result<Value, String>),
    Ack(i64),
    Sequence(i64),
    Close {
        error: Option<String>,
        allow_reconnect: bool,
    },
}

pub(crate) struct Client {
    pub(crate) network: Network,
    pub(crate) token: String,
    pub(crate) cut: Cut,
    protocol: HubProtocol,
    path: &'static str,
    socket: Option<Socket>,
    inbox: Vec<u8>,
    frames: FrameReader,
    /// What the server has not acknowledged, and the number of the first.
    unacknowledged: VecDeque<Bytes>,
    first: i64,
    /// How many of these this socket has taken.
    written: usize,
    /// The number of the next message, and of the latest.
    next: i64,
    pub(crate) latest: i64,
    /// Until its Sequence comes, nothing counts.
    waits: bool,
}

impl Client {
    /// A negotiated connection without a socket.
    pub(crate) async fn negotiate(
        network: &Network,
        path: &'static str,
        protocol: HubProtocol,
    ) -> Self {
        let negotiated = network.negotiate(path, "&useStatefulReconnect=true").await;
        let token = negotiated["connectionToken"].as_str().expect("a token");
        Self {
            network: network.clone(),
            token: token.to_owned(),
            cut: Cut::default(),
            protocol,
            path,
            socket: None,
            inbox: Vec::new(),
            frames: FrameReader::default(),
            unacknowledged: VecDeque::new(),
            first: 1,
            written: 0,
            next: 1,
            latest: 0,
            waits: false,
        }
    }

    /// A connection that shook hands.
    pub(crate) async fn connect(network: &Network) -> Self {
        let mut client = Self::negotiate(network, super::hub::PATH, HubProtocol::Json).await;
        client.open().await.expect("a socket");
        client.shake_hands(2).await;
        client
    }

    /// Opens a socket, without a word.
    pub(crate) async fn open(&mut self) -> Result<(), Option<StatusCode>> {
        self.drop_socket();
        self.socket = Some(self.network.open(self.path, &self.token, &self.cut).await?);
        Ok(())
    }

    pub(crate) async fn shake_hands(&mut self, version: i32) {
        let mut request = Vec::new();
        write_request(&mut request, self.protocol.name(), version);
        self.write(request).await.expect("a whole wire");
        while !self.inbox.ends_with(&[0x1e]) {
            assert!(self.take_in().await, "the handshake is answered");
        }
        assert_eq!(self.inbox, b"{}\x1e");
        self.inbox.clear();
    }

    /// Goes on over another socket: says which message comes first, and sends what is not
    /// acknowledged.
    pub(crate) async fn resume(&mut self, cut: Cut) -> Result<(), Option<StatusCode>> {
        self.cut = cut;
        self.open().await?;
        self.waits = true;
        self.written = 0;
        let mut sequence = Vec::new();
        self.protocol.write_sequence(&mut sequence, self.first);
        self.write(sequence).await.map_err(|()| None)?;
        self.flush().await.map_err(|()| None)
    }

    /// Whether the last socket was let in, even if it is lost by now.
    pub(crate) fn has_socket(&self) -> bool {
        self.socket.is_some()
    }

    /// Leaves the socket open and never looks at it again.
    pub(crate) fn leave_socket(&mut self) -> Option<Socket> {
        let socket = self.socket.take();
        self.drop_socket();
        socket
    }

    pub(crate) fn drop_socket(&mut self) {
        self.socket = None;
        self.inbox.clear();
        self.frames = FrameReader::default();
    }

    /// Counts a message; it is sent with the next flush.
    pub(crate) fn queue(&mut self, write: impl FnOnce(HubProtocol, &mut Vec<u8>)) {
        let mut message = Vec::new();
        write(self.protocol, &mut message);
        self.unacknowledged.push_back(message.into());
    }

    pub(crate) fn queue_call(
        &mut self,
        id: Option<&str>,
        target: &str,
        arguments: &[&dyn Argument],
    ) {
        self.queue_invocation(id, target, arguments, &[], false);
    }

    pub(crate) fn queue_invocation(
        &mut self,
        id: Option<&str>,
        target: &str,
        arguments: &[&dyn Argument],
        stream_ids: &[&str],
        streaming: bool,
    ) {
        let invocation = OutgoingInvocation {
            headers: &[],
            invocation_id: id,
            target,
            arguments,
            stream_ids,
            streaming,
        };
        self.queue(|protocol, out| {
            protocol
                .write_invocation(out, &invocation)
                .expect("it can be written");
        });
    }

    /// Calls a method now.
    pub(crate) async fn call(&mut self, id: &str, target: &str, arguments: &[&dyn Argument]) {
        self.queue_call(Some(id), target, arguments);
        self.flush().await.expect("a whole wire");
    }

    /// Calls a method and waits for its result; whatever comes before is dropped.
    pub(crate) async fn ask(
        &mut self,
        id: &str,
        target: &str,
        arguments: &[&dyn Argument],
    ) -> Value {
        self.call(id, target, arguments).await;
        self.result(id).await
    }

    pub(crate) async fn result(&mut self, wanted: &str) -> Value {
        loop {
            if let Said::Completion(id, result) = self.next().await.expect("an answer")
                && id == wanted
            {
                return result.expect("a result");
            }
        }
    }

    pub(crate) fn queue_item(&mut self, id: &str, item: i64) {
        self.queue(|protocol, out| {
            protocol
                .write_stream_item(out, id, &item)
                .expect("it can be written");
        });
    }

    pub(crate) fn queue_completion(&mut self, id: &str, outcome: Outcome<'_>) {
        self.queue(|protocol, out| {
            protocol
                .write_completion(out, id, outcome)
                .expect("it can be written");
        });
    }

    /// Sends what this socket has not taken yet, in one payload.
    pub(crate) async fn flush(&mut self) -> Result<(), ()> {
        let payload: Vec<u8> = self
            .unacknowledged
            .range(self.written..)
            .flatten()
            .copied()
            .collect();
        self.written = self.unacknowledged.len();
        if payload.is_empty() {
            return Ok(());
        }
        self.write(payload).await
    }

    /// Acknowledges all that has arrived.
    pub(crate) async fn acknowledge(&mut self) -> Result<(), ()> {
        self.write_ack(self.latest).await
    }

    pub(crate) async fn write_ack(&mut self, id: i64) -> Result<(), ()> {
        let mut ack = Vec::new();
        self.protocol.write_ack(&mut ack, id);
        self.write(ack).await
    }

    pub(crate) async fn write(&mut self, bytes: Vec<u8>) -> Result<(), ()> {
        let socket = self.socket.as_mut().ok_or(())?;
        let message = tungstenite::Message::binary(bytes);
        socket.send(message).await.map_err(|_| ())
    }

    /// The next message that has not been here before; `None`: the socket is lost or closed.
    pub(crate) async fn next(&mut self) -> Option<Said> {
        loop {
            while let Some(frame) = self
                .frames
                .next(self.protocol, &self.inbox, None)
                .expect("a message")
            {
                let bytes: Vec<u8> = self.inbox.drain(..frame.consumed).collect();
                let message = self.protocol.parse(&bytes[frame.body]).expect("a message");
                if let Message::Sequence(id) = message {
                    assert!(id <= self.latest + 1, "messages were left out: {id}");
                    self.next = id;
                    self.waits = false;
                    return Some(Said::Sequence(id));
                }
                if self.waits && !matches!(message, Message::Close(_)) {
                    panic!("before its Sequence: {message:?}");
                }
                if message.is_counted() {
                    self.next += 1;
                    if self.next - 1 <= self.latest {
                        continue;
                    }
                    self.latest = self.next - 1;
                }
                if let Message::Ack(id) = message {
                    let end = self.first + i64::try_from(self.unacknowledged.len()).expect("few");
                    assert!(id >= self.first - 1 && id < end, "not sent: {id}");
                    let known = usize::try_from(id + 1 - self.first).expect("few");
                    self.unacknowledged.drain(..known);
                    self.written -= known;
                    self.first = id + 1;
                }
                if let Some(said) = said(&message) {
                    return Some(said);
                }
            }
            if !self.take_in().await {
                return None;
            }
        }
    }

    async fn take_in(&mut self) -> bool {
        let Some(socket) = &mut self.socket else {
            return false;
        };
        loop {
            match socket.next().await {
                // Answered by looking for more.
                Some(Ok(tungstenite::Message::Close(_))) => {}
                Some(Ok(message)) => {
                    self.inbox.extend_from_slice(&message.into_data());
                    return true;
                }
                Some(Err(_)) | None => return false,
            }
        }
    }
}

fn said(message: &Message<'_>) -> Option<Said> {
    Some(match message {
        Message::Invocation(call) => Said::Call {
            id: call.invocation_id.as_deref().map(str::to_owned),
            target: call.target.as_ref().to_owned(),
            argument: call.arguments.reader(1).next().expect("one argument"),
        },
        Message::StreamItem(item) => Said::Item(
            item.invocation_id.as_ref().to_owned(),
            item.item.decode().expect("a value"),
        ),
        Message::Completion(completion) => Said::Completion(
            completion.invocation_id.as_ref().to_owned(),
            match &completion.outcome {
                CompletionOutcome::Error(text) => Err(text.as_ref().to_owned()),
                CompletionOutcome::Void => Ok(Value::Null),
                CompletionOutcome::Result(value) => Ok(value.decode().expect("a value")),
            },
        ),
        Message::Ack(id) => Said::Ack(*id),
        Message::Sequence(id) => Said::Sequence(*id),
        Message::Close(close) => Said::Close {
            error: close.error.as_deref().map(str::to_owned),
            allow_reconnect: close.allow_reconnect,
        },
        Message::CancelInvocation(_) | Message::Ping | Message::Unknown(_) => return None,
    })
}
