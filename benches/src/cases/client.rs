//! The other end of a connection in memory: it writes bytes that were made before and counts the
//! messages that come back.

use std::future::poll_fn;

use bytes::Bytes;
use signalr::protocol::{FrameReader, write_request};
use signalr::transport::memory::{self, MemoryTransport};
use signalr::transport::{Ending, Transport};
use signalr::{HubProtocol, SignalR};

use super::hub::Bench;

pub(super) struct Client {
    protocol: HubProtocol,
    transport: MemoryTransport,
    received: Vec<u8>,
}

impl Client {
    /// Connects and shakes hands, within a runtime.
    pub(super) async fn connect(server: &SignalR, protocol: HubProtocol) -> Self {
        let (near, far) = memory::pair();
        let server = server.clone();
        tokio::spawn(async move { server.serve::<Bench>(far).await });
        let mut client = Self {
            protocol,
            transport: near,
            received: Vec::new(),
        };
        let mut handshake = Vec::new();
        write_request(&mut handshake, protocol.name(), 1);
        client.send(handshake.into()).await;
        while client.received.last() != Some(&0x1e) {
            client.receive().await;
        }
        client.received.clear();
        client
    }

    pub(super) async fn send(&mut self, bytes: Bytes) {
        let format = self.protocol.transfer_format();
        self.transport.start_send(bytes, format);
        poll_fn(|cx| self.transport.poll_flush(cx))
            .await
            .expect("the server reads");
    }

    async fn receive(&mut self) {
        poll_fn(|cx| self.transport.poll_receive(cx, &mut self.received))
            .await
            .expect("the server writes");
    }

    /// Takes in so many messages.
    pub(super) async fn take(&mut self, messages: usize) {
        let mut taken = 0;
        loop {
            while let Some(length) = self.whole() {
                self.received.drain(..length);
                taken += 1;
            }
            if taken >= messages {
                assert_eq!(taken, messages, "more came than was expected");
                return;
            }
            self.receive().await;
        }
    }

    fn whole(&self) -> Option<usize> {
        FrameReader::default()
            .next(self.protocol, &self.received, None)
            .expect("whole messages")
            .map(|frame| frame.consumed)
    }

    pub(super) async fn leave(mut self) {
        poll_fn(|cx| self.transport.poll_close(cx, Ending::Normal)).await;
        loop {
            let received = poll_fn(|cx| self.transport.poll_receive(cx, &mut self.received)).await;
            if !matches!(received, Ok(signalr::transport::Received::Data)) {
                return;
            }
        }
    }
}
