//! A connection carried by many requests: what comes up arrives in POST bodies, what goes down
//! leaves in event streams or polls.

use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use bytes::Bytes;

use super::{Ending, Received, Transport, TransportError, TransportKind};
use crate::connection::lock;
use crate::protocol::TransferFormat;

/// The two directions of one connection, between its requests and its hub.
pub(crate) struct Exchange {
    up: Mutex<Up>,
    down: Mutex<Down>,
    /// How many bytes wait for the hub before a POST does; 0: no limit.
    capacity: usize,
}

#[derive(Default)]
struct Up {
    bytes: Vec<u8>,
    /// How the requests ended, once they have.
    end: Option<UpEnd>,
    /// The hub has ended; nobody reads.
    unread: bool,
    reader: Option<Waker>,
    /// One is enough: POST bodies go up one after the other.
    writer: Option<Waker>,
}

impl Up {
    fn poll_end(&mut self, cx: &mut Context<'_>) -> Poll<Result<Received, TransportError>> {
        match self.end {
            Some(UpEnd::Lost) => Poll::Ready(Err(TransportError::new("the client is gone"))),
            Some(UpEnd::Dismissed) => Poll::Ready(Ok(Received::Dismissed)),
            None => {
                self.reader = Some(cx.waker().clone());
                Poll::Pending
            }
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum UpEnd {
    /// The client is gone.
    Lost,
    /// The client has said that it leaves, and still listens.
    Dismissed,
}

#[derive(Default)]
struct Down {
    payload: Option<Bytes>,
    /// A payload was taken, and is not written yet.
    under_way: bool,
    /// The connection is over, and not all of it was taken.
    cut: bool,
    /// The hub sends nothing more.
    ended: bool,
    /// A request has passed the end on.
    end_seen: bool,
    reader: Option<Waker>,
    writer: Option<Waker>,
}

/// What goes down next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outgoing {
    Payload(Bytes),
    End,
}

/// What a stream of events sends next.
pub(crate) enum Next {
    /// Taken once what is given here is dropped.
    Payload(Bytes, UnderWay),
    End,
    /// The client did not take what was under way, and is given up.
    Cut,
}

/// A payload that is being written.
pub(crate) struct UnderWay(Arc<Exchange>);

impl Drop for UnderWay {
    fn drop(&mut self) {
        let mut down = lock(&self.0.down);
        down.under_way = false;
        let wakers = [down.writer.take(), down.reader.take()];
        drop(down);
        wakers.into_iter().flatten().for_each(Waker::wake);
    }
}

/// The connection has ended while a POST waited.
#[derive(Debug)]
pub(crate) struct Gone;

impl Exchange {
    pub(crate) fn new(capacity: usize) -> Arc<Self> {
        Arc::new(Self {
            up: Mutex::default(),
            down: Mutex::default(),
            capacity,
        })
    }

    /// Hands bytes to the hub as soon as there is room; `bytes` keeps what has not gone yet.
    pub(crate) fn poll_write_up(
        &self,
        cx: &mut Context<'_>,
        bytes: &mut Bytes,
    ) -> Poll<Result<(), Gone>> {
        let mut up = lock(&self.up);
        while !bytes.is_empty() {
            if up.unread || up.end.is_some() {
                return Poll::Ready(Err(Gone));
            }
            let room = match self.capacity {
                0 => usize::MAX,
                capacity => capacity.saturating_sub(up.bytes.len()),
            };
            if room == 0 {
                up.writer = Some(cx.waker().clone());
                return Poll::Pending;
            }
            let part = bytes.split_to(room.min(bytes.len()));
            up.bytes.extend_from_slice(&part);
            if let Some(reader) = up.reader.take() {
                reader.wake();
            }
        }
        Poll::Ready(Ok(()))
    }

    /// Takes what waits for the hub; nothing more goes up.
    pub(crate) fn close_up(&self) -> Vec<u8> {
        let mut up = lock(&self.up);
        up.unread = true;
        if let Some(writer) = up.writer.take() {
            writer.wake();
        }
        std::mem::take(&mut up.bytes)
    }

    /// Ready once the hub takes nothing more.
    pub(crate) fn poll_end_up(&self, cx: &mut Context<'_>) -> Poll<()> {
        let mut up = lock(&self.up);
        if up.unread || up.end.is_some() {
            return Poll::Ready(());
        }
        up.writer = Some(cx.waker().clone());
        Poll::Pending
    }

    /// What goes down next.
    pub(crate) fn poll_take_down(&self, cx: &mut Context<'_>) -> Poll<Outgoing> {
        let mut down = lock(&self.down);
        if let Some(payload) = down.payload.take() {
            if let Some(writer) = down.writer.take() {
                writer.wake();
            }
            return Poll::Ready(Outgoing::Payload(payload));
        }
        if down.ended {
            down.end_seen = true;
            if let Some(writer) = down.writer.take() {
                writer.wake();
            }
            return Poll::Ready(Outgoing::End);
        }
        down.reader = Some(cx.waker().clone());
        Poll::Pending
    }

    /// What goes down next, where it is known when that is written: only then comes the next, so that
    /// a client that reads nothing is found out, and what writes is never too full to be told the end.
    pub(crate) fn poll_next_down(self: &Arc<Self>, cx: &mut Context<'_>) -> Poll<Next> {
        let mut down = lock(&self.down);
        if down.cut {
            return Poll::Ready(Next::Cut);
        }
        if !down.under_way {
            if let Some(payload) = down.payload.take() {
                down.under_way = true;
                return Poll::Ready(Next::Payload(payload, UnderWay(Arc::clone(self))));
            }
            if down.ended {
                down.end_seen = true;
                if let Some(writer) = down.writer.take() {
                    writer.wake();
                }
                return Poll::Ready(Next::End);
            }
        }
        down.reader = Some(cx.waker().clone());
        Poll::Pending
    }

    /// Ends both directions; whoever waits for something to go down finds the end.
    pub(crate) fn end(&self) {
        self.lose();
        let mut down = lock(&self.down);
        down.ended = true;
        down.cut = down.under_way;
        if let Some(reader) = down.reader.take() {
            reader.wake();
        }
    }

    /// The client is gone.
    pub(crate) fn lose(&self) {
        self.end_up(UpEnd::Lost);
    }

    /// The client has said that it leaves, and still listens.
    pub(crate) fn dismiss(&self) {
        self.end_up(UpEnd::Dismissed);
    }

    fn end_up(&self, end: UpEnd) {
        let mut up = lock(&self.up);
        up.end.get_or_insert(end);
        let wakers = [up.writer.take(), up.reader.take()];
        drop(up);
        wakers.into_iter().flatten().for_each(Waker::wake);
        let mut down = lock(&self.down);
        // Nobody takes anything any more. Who leaves after the end has seen it.
        if end == UpEnd::Lost || down.ended {
            down.end_seen = true;
            if let Some(writer) = down.writer.take() {
                writer.wake();
            }
        }
    }
}

/// The hub's end of an [`Exchange`].
pub(crate) struct RequestTransport {
    exchange: Arc<Exchange>,
    kind: TransportKind,
}

impl RequestTransport {
    pub(crate) fn new(exchange: Arc<Exchange>, kind: TransportKind) -> Self {
        Self { exchange, kind }
    }
}

impl Transport for RequestTransport {
    fn kind(&self) -> TransportKind {
        self.kind
    }

    fn poll_receive(
        &mut self,
        cx: &mut Context<'_>,
        into: &mut Vec<u8>,
    ) -> Poll<Result<Received, TransportError>> {
        let mut up = lock(&self.exchange.up);
        if up.bytes.is_empty() {
            return up.poll_end(cx);
        }
        into.append(&mut up.bytes);
        // Kept small while idle.
        up.bytes = Vec::new();
        let writer = up.writer.take();
        drop(up);
        if let Some(writer) = writer {
            writer.wake();
        }
        Poll::Ready(Ok(Received::Data))
    }

    fn poll_end(&mut self, cx: &mut Context<'_>) -> Poll<Result<Received, TransportError>> {
        lock(&self.exchange.up).poll_end(cx)
    }

    fn start_send(&mut self, payload: Bytes, _: TransferFormat) {
        let mut down = lock(&self.exchange.down);
        down.payload = Some(payload);
        if let Some(reader) = down.reader.take() {
            reader.wake();
        }
    }

    fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), TransportError>> {
        let mut down = lock(&self.exchange.down);
        if down.end_seen {
            return Poll::Ready(Err(TransportError::new("the client is gone")));
        }
        if down.payload.is_some() || down.under_way {
            down.writer = Some(cx.waker().clone());
            return Poll::Pending;
        }
        Poll::Ready(Ok(()))
    }

    fn poll_close(&mut self, cx: &mut Context<'_>, _: Ending) -> Poll<()> {
        let mut down = lock(&self.exchange.down);
        down.ended = true;
        if let Some(reader) = down.reader.take() {
            reader.wake();
        }
        if down.end_seen {
            return Poll::Ready(());
        }
        down.writer = Some(cx.waker().clone());
        Poll::Pending
    }
}

impl Drop for RequestTransport {
    fn drop(&mut self) {
        let mut up = lock(&self.exchange.up);
        up.unread = true;
        up.bytes = Vec::new();
        let writer = up.writer.take();
        drop(up);
        if let Some(writer) = writer {
            writer.wake();
        }
        let mut down = lock(&self.exchange.down);
        down.ended = true;
        down.cut = !down.end_seen;
        if let Some(reader) = down.reader.take() {
            reader.wake();
        }
    }
}
