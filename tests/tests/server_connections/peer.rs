//! A client that writes its messages by hand.

use std::future::poll_fn;

use serde_json::{Value, json};
use signalr::SignalR;
use signalr::protocol::TransferFormat;
use signalr::server::Hub;
use signalr::transport::memory::{self, Faults, MemoryTransport};
use signalr::transport::{Ending, Received, Transport};
use tokio::task::JoinHandle;

use super::lab::{Lab, LabHub};

const END: u8 = 0x1e;

pub(crate) struct Peer {
    pub(crate) transport: MemoryTransport,
    /// The task that serves the connection.
    pub(crate) served: JoinHandle<()>,
    /// Disturbs what the server sends.
    pub(crate) server: Faults,
    received: Vec<u8>,
}

impl Peer {
    /// A connection whose handshake is under way.
    pub(crate) async fn begin(lab: &Lab) -> Self {
        Self::begin_at::<LabHub>(&lab.signalr).await
    }

    /// The same to any hub.
    pub(crate) async fn begin_at<H: Hub>(signalr: &SignalR) -> Self {
        let (near, far) = memory::pair();
        let server = far.faults();
        let signalr = signalr.clone();
        let served = tokio::spawn(async move { signalr.serve::<H>(far).await });
        let mut peer = Self {
            transport: near,
            served,
            server,
            received: Vec::new(),
        };
        peer.send(&json!({"protocol": "json", "version": 1})).await;
        peer
    }

    /// A connection that shook hands.
    pub(crate) async fn connect(lab: &Lab) -> Self {
        Self::connect_to::<LabHub>(&lab.signalr).await
    }

    /// The same to any hub.
    pub(crate) async fn connect_to<H: Hub>(signalr: &SignalR) -> Self {
        let mut peer = Self::begin_at::<H>(signalr).await;
        assert_eq!(peer.next().await, Some(json!({})));
        peer
    }

    pub(crate) async fn send(&mut self, message: &Value) {
        self.send_bytes(text(message)).await;
    }

    pub(crate) async fn send_bytes(&mut self, bytes: Vec<u8>) {
        assert!(self.offer_bytes(bytes).await, "the wire is whole");
    }

    /// Sends a message; whether the server has it.
    pub(crate) async fn offer(&mut self, message: &Value) -> bool {
        self.offer_bytes(text(message)).await
    }

    async fn offer_bytes(&mut self, bytes: Vec<u8>) -> bool {
        self.transport
            .start_send(bytes.into(), TransferFormat::Text);
        poll_fn(|cx| self.transport.poll_flush(cx)).await.is_ok()
    }

    /// Calls a method and does not wait for the answer.
    pub(crate) async fn call(&mut self, id: &str, target: &str, arguments: Value) {
        self.send(&call(id, target, &arguments)).await;
    }

    /// Calls a method and gives its answer; whatever comes before it is dropped.
    pub(crate) async fn ask(&mut self, id: &str, target: &str, arguments: Value) -> Value {
        self.call(id, target, arguments).await;
        self.completion(id).await
    }

    pub(crate) async fn completion(&mut self, id: &str) -> Value {
        loop {
            let message = self.next().await.expect("an answer before the end");
            if message["type"] == 3 && message["invocationId"] == id {
                return message;
            }
        }
    }

    /// Waits for a ping.
    pub(crate) async fn is_pinged(&mut self) {
        let ping = text(&json!({"type": 6}));
        while !self.received.windows(ping.len()).any(|part| part == ping) {
            assert!(self.take_in().await, "the end before a ping");
        }
    }

    /// The next message but pings; `None`: the connection has ended.
    pub(crate) async fn next(&mut self) -> Option<Value> {
        loop {
            if let Some(end) = memchr(&self.received) {
                let message = serde_json::from_slice::<Value>(&self.received[..end]);
                self.received.drain(..=end);
                let message = message.expect("JSON");
                if message["type"] != 6 {
                    return Some(message);
                }
                continue;
            }
            if !self.take_in().await {
                return None;
            }
        }
    }

    /// Takes in what has arrived; `false`: the connection has ended.
    pub(crate) async fn take_in(&mut self) -> bool {
        let received = poll_fn(|cx| self.transport.poll_receive(cx, &mut self.received)).await;
        matches!(received, Ok(Received::Data))
    }

    /// How many bytes have been taken in and not been read as a message.
    pub(crate) fn forget_received(&mut self) -> usize {
        std::mem::take(&mut self.received).len()
    }

    /// Closes in good order.
    pub(crate) async fn close(&mut self) {
        poll_fn(|cx| self.transport.poll_close(cx, Ending::Normal)).await;
    }
}

pub(crate) fn call(id: &str, target: &str, arguments: &Value) -> Value {
    json!({"type": 1, "invocationId": id, "target": target, "arguments": arguments})
}

pub(crate) fn text(message: &Value) -> Vec<u8> {
    let mut bytes = message.to_string().into_bytes();
    bytes.push(END);
    bytes
}

fn memchr(bytes: &[u8]) -> Option<usize> {
    bytes.iter().position(|&byte| byte == END)
}
