use std::future::{poll_fn, ready};
use std::pin::pin;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use futures_util::future::{Either, join, select};
use tokio::sync::{Notify, mpsc};
use tokio::time::Instant;

use crate::client::{ConnectError, Connected, Connector, HubConnection, HubConnectionBuilder};
use crate::connection::lock;
use crate::protocol::{HubProtocol, TransferFormat};
use crate::transport::memory::{Faults, MemoryTransport, pair};
use crate::transport::{Ending, Received, Transport};

/// The server's end of one connection, played by a test.
pub(super) struct Peer {
    transport: MemoryTransport,
    received: Vec<u8>,
}

/// The connections that a client opens, in their order: `c1`, `c2` and so on.
pub(super) struct Peers {
    opened: mpsc::UnboundedReceiver<Peer>,
    attached: mpsc::UnboundedReceiver<Peer>,
    way: Arc<Way>,
}

/// What lies between the client and the server.
#[derive(Default)]
struct Way {
    /// There is no server to be found.
    closed: AtomicBool,
    /// Whoever looks for it panics.
    panics: AtomicBool,
    tries: Mutex<Vec<Instant>>,
    opened: AtomicU32,
    attached: AtomicU32,
    /// Nothing comes of a try to reattach.
    holds_attach: AtomicBool,
    attach_again: Notify,
}

pub(super) const HANDSHAKE: &str = r#"{"protocol":"json","version":1}"#;
pub(super) const PING: &str = r#"{"type":6}"#;
pub(super) const CLOSE: &str = r#"{"type":7}"#;

/// A connection that is not yet started, and what it will connect to.
pub(super) fn builder() -> (HubConnectionBuilder<impl Connector>, Peers) {
    builder_over(|connected, _| connected)
}

/// The same, with a server that agrees to stateful reconnect.
pub(super) fn stateful_builder() -> (HubConnectionBuilder<impl Connector>, Peers) {
    let (builder, peers) = builder_over(Attach::offer);
    (builder.stateful_reconnect(), peers)
}

fn builder_over(
    add: impl Fn(Connected, &Attach) -> Connected + Send + Sync + 'static,
) -> (HubConnectionBuilder<impl Connector>, Peers) {
    let (sender, opened) = mpsc::unbounded_channel();
    let (attach_sender, attached) = mpsc::unbounded_channel();
    let way = Arc::new(Way::default());
    let attach = Attach {
        way: Arc::clone(&way),
        peers: attach_sender,
    };
    let connect = {
        let way = Arc::clone(&way);
        move || ready(way.open(&sender).map(|connected| add(connected, &attach)))
    };
    let peers = Peers {
        opened,
        attached,
        way,
    };
    (HubConnection::with_connector(connect), peers)
}

/// Opens further transports of one connection.
#[derive(Clone)]
struct Attach {
    way: Arc<Way>,
    peers: mpsc::UnboundedSender<Peer>,
}

impl Attach {
    fn offer(connected: Connected, attach: &Self) -> Connected {
        let attach = attach.clone();
        connected.with_reattach(move || attach.clone().open())
    }

    async fn open(self) -> Result<MemoryTransport, ConnectError> {
        while self.way.holds_attach.load(Ordering::Relaxed) {
            self.way.attach_again.notified().await;
        }
        self.way.check()?;
        self.way.attached.fetch_add(1, Ordering::Relaxed);
        let (client, peer) = Peer::pair();
        self.peers
            .send(peer)
            .map_err(|_| ConnectError::transport("the test is over"))?;
        Ok(client)
    }
}

/// A connection that is started, and the server's end of it.
pub(super) async fn connected() -> (HubConnection, Peer) {
    let (builder, mut peers) = builder();
    let link = builder.build().expect("valid settings");
    let peer = peers.accept(&link).await;
    (link, peer)
}

impl Way {
    fn open(&self, peers: &mpsc::UnboundedSender<Peer>) -> Result<Connected, ConnectError> {
        lock(&self.tries).push(Instant::now());
        self.check()?;
        let (client, peer) = Peer::pair();
        let number = self.opened.fetch_add(1, Ordering::Relaxed) + 1;
        peers
            .send(peer)
            .map_err(|_| ConnectError::transport("the test is over"))?;
        Ok(Connected::new(client).with_connection_id(format!("c{number}")))
    }

    fn check(&self) -> Result<(), ConnectError> {
        assert!(!self.panics.load(Ordering::Relaxed), "on purpose");
        if self.closed.load(Ordering::Relaxed) {
            return Err(ConnectError::transport("no route"));
        }
        Ok(())
    }
}

impl Peers {
    /// The next connection, before its handshake.
    pub(super) async fn next(&mut self) -> Peer {
        self.opened.recv().await.expect("the client connects")
    }

    /// The next connection, after its handshake and first ping.
    pub(super) async fn shake_hands(&mut self) -> Peer {
        self.shake_hands_as(1).await
    }

    /// The same, with a client that wants this version of the protocol.
    pub(super) async fn shake_hands_as(&mut self, version: i32) -> Peer {
        let mut peer = self.next().await;
        let handshake = format!(r#"{{"protocol":"json","version":{version}}}"#);
        assert_eq!(peer.text().await, handshake);
        peer.send("{}").await;
        assert_eq!(peer.text().await, PING);
        peer
    }

    /// The next transport of a connection that is taken up again.
    pub(super) async fn next_attached(&mut self) -> Peer {
        self.attached.recv().await.expect("the client comes back")
    }

    /// How often connections were taken up again.
    pub(super) fn attached(&self) -> u32 {
        self.way.attached.load(Ordering::Relaxed)
    }

    /// Lets tries to reattach wait, or go on.
    pub(super) fn hold_attach(&self, holds: bool) {
        self.way.holds_attach.store(holds, Ordering::Relaxed);
        self.way.attach_again.notify_waiters();
    }

    /// Lets further tries to connect fail, or succeed again.
    pub(super) fn close_way(&self, closed: bool) {
        self.way.closed.store(closed, Ordering::Relaxed);
    }

    /// Lets further tries to connect panic, or go well again.
    pub(super) fn panic(&self, panics: bool) {
        self.way.panics.store(panics, Ordering::Relaxed);
    }

    /// How often the client has tried to connect.
    pub(super) fn tries(&self) -> usize {
        lock(&self.way.tries).len()
    }

    /// How many seconds after the first try each try began.
    pub(super) fn times(&self) -> Vec<u64> {
        let tries = lock(&self.way.tries);
        tries
            .iter()
            .map(|at| at.duration_since(tries[0]).as_secs())
            .collect()
    }

    /// Starts the connection and plays its beginning, up to the first ping.
    pub(super) async fn accept(&mut self, link: &HubConnection) -> Peer {
        let (started, peer) = join(link.start(), self.shake_hands()).await;
        started.expect("the handshake is right");
        peer
    }
}

impl Peer {
    fn pair() -> (MemoryTransport, Self) {
        let (client, transport) = pair();
        let received = Vec::new();
        (
            client,
            Self {
                transport,
                received,
            },
        )
    }

    pub(super) fn faults(&self) -> Faults {
        self.transport.faults()
    }

    /// The next JSON message, without its separator.
    pub(super) async fn text(&mut self) -> String {
        self.next_text().await.expect("a message, not the end")
    }

    /// The next JSON message; `None`: the client has left.
    pub(super) async fn next_text(&mut self) -> Option<String> {
        let mut message = self
            .until(|received| {
                received
                    .iter()
                    .position(|byte| *byte == 0x1e)
                    .map(|end| end + 1)
            })
            .await?;
        message.pop();
        Some(String::from_utf8(message).expect("UTF-8"))
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
