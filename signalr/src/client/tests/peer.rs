use std::future::poll_fn;
use std::pin::pin;

use bytes::Bytes;
use futures_util::future::{Either, join, select};
use tokio::sync::mpsc;

use crate::client::{Connected, Connector, HubConnection, HubConnectionBuilder};
use crate::protocol::{HubProtocol, TransferFormat};
use crate::transport::memory::{Faults, MemoryTransport, pair};
use crate::transport::{Ending, Received, Transport};

/// The server's end of one connection, played by a test.
pub(super) struct Peer {
    transport: MemoryTransport,
    received: Vec<u8>,
}

/// The connections that a client opens, in their order.
pub(super) struct Peers(mpsc::UnboundedReceiver<Peer>);

pub(super) const HANDSHAKE: &str = r#"{"protocol":"json","version":1}"#;
pub(super) const PING: &str = r#"{"type":6}"#;
pub(super) const CLOSE: &str = r#"{"type":7}"#;

/// A connection that is not yet started, and what it will connect to.
pub(super) fn builder() -> (HubConnectionBuilder<impl Connector>, Peers) {
    let (sender, peers) = mpsc::unbounded_channel();
    let connect = move || {
        let (client, transport) = pair();
        let peer = Peer {
            transport,
            received: Vec::new(),
        };
        sender.send(peer).expect("the test still runs");
        async { Ok(Connected::new(client).with_connection_id("c1")) }
    };
    (HubConnection::with_connector(connect), Peers(peers))
}

/// A connection that is started, and the server's end of it.
pub(super) async fn connected() -> (HubConnection, Peer) {
    let (builder, mut peers) = builder();
    let link = builder.build().expect("valid settings");
    let peer = peers.accept(&link).await;
    (link, peer)
}

impl Peers {
    /// The next connection, before its handshake.
    pub(super) async fn next(&mut self) -> Peer {
        self.0.recv().await.expect("the client connects")
    }

    /// Starts the connection and plays its beginning, up to the first ping.
    pub(super) async fn accept(&mut self, link: &HubConnection) -> Peer {
        let serve = async {
            let mut peer = self.next().await;
            assert_eq!(peer.text().await, HANDSHAKE);
            peer.send("{}").await;
            peer
        };
        let (started, mut peer) = join(link.start(), serve).await;
        started.expect("the handshake is right");
        assert_eq!(peer.text().await, PING);
        peer
    }
}

impl Peer {
    pub(super) fn faults(&self) -> Faults {
        self.transport.faults()
    }

    /// The next JSON message, without its separator.
    pub(super) async fn text(&mut self) -> String {
        let mut message = self
            .until(|received| {
                received
                    .iter()
                    .position(|byte| *byte == 0x1e)
                    .map(|end| end + 1)
            })
            .await
            .expect("a message, not the end");
        message.pop();
        String::from_utf8(message).expect("UTF-8")
    }

    /// The next so many bytes.
    pub(super) async fn bytes(&mut self, count: usize) -> Vec<u8> {
        self.until(|received| (received.len() >= count).then_some(count))
            .await
            .expect("bytes, not the end")
    }

    /// Waits for the client to close the transport in good order, without a further message.
    pub(super) async fn closed(&mut self) {
        let more = self
            .until(|received| (!received.is_empty()).then_some(1))
            .await;
        assert_eq!(more, None);
    }

    /// Checks that nothing has been sent that was not read.
    pub(super) async fn silent(&mut self) {
        // Whatever is on its way arrives while the other tasks run.
        settle().await;
        let text = pin!(self.text());
        match select(text, pin!(std::future::ready(()))).await {
            Either::Left((text, _)) => panic!("{text}"),
            Either::Right(_) => {}
        }
    }

    async fn until(&mut self, enough: impl Fn(&[u8]) -> Option<usize>) -> Option<Vec<u8>> {
        loop {
            if let Some(count) = enough(&self.received) {
                return Some(self.received.drain(..count).collect());
            }
            let came = poll_fn(|cx| self.transport.poll_receive(cx, &mut self.received)).await;
            if came.expect("not cut") == Received::Closed {
                return None;
            }
        }
    }

    /// Sends one JSON message.
    pub(super) async fn send(&mut self, text: &str) {
        self.send_bytes(format!("{text}\x1e").into_bytes()).await;
    }

    pub(super) async fn send_bytes(&mut self, bytes: impl Into<Bytes>) {
        self.transport
            .start_send(bytes.into(), TransferFormat::Text);
        poll_fn(|cx| self.transport.poll_flush(cx))
            .await
            .expect("not cut");
    }

    /// Closes the transport in good order, without a message.
    pub(super) async fn close(&mut self) {
        poll_fn(|cx| self.transport.poll_close(cx, Ending::Normal)).await;
    }
}

/// Lets all other tasks run until each of them waits; only on a runtime of one thread.
pub(super) async fn settle() {
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
}

/// A whole message, written by `write`.
#[cfg(feature = "messagepack")]
pub(super) fn packed(write: impl FnOnce(HubProtocol, &mut Vec<u8>)) -> Vec<u8> {
    let mut message = Vec::new();
    write(HubProtocol::MessagePack, &mut message);
    message
}
