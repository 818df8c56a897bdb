//! A connection inside one process, with faults on demand: for tests without ports and without
//! sleeping.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use bytes::Bytes;

use super::{Ending, Received, Transport, TransportError, TransportKind};
use crate::protocol::TransferFormat;

/// How many bytes one direction holds before the sender waits.
const CAPACITY: usize = 65_536;

/// One end of a connection in memory.
#[derive(Debug)]
pub struct MemoryTransport {
    incoming: Arc<Mutex<Pipe>>,
    outgoing: Arc<Mutex<Pipe>>,
    sending: Bytes,
}

/// Disturbs what one end sends. Every clone disturbs the same end.
#[derive(Debug, Clone)]
pub struct Faults {
    incoming: Arc<Mutex<Pipe>>,
    outgoing: Arc<Mutex<Pipe>>,
}

/// One direction.
#[derive(Debug, Default)]
struct Pipe {
    bytes: Vec<u8>,
    /// The sender closed in good order.
    closed: bool,
    /// The wire is cut: both ends fail.
    cut: bool,
    /// Bytes are held back.
    stalled: bool,
    /// At most this many bytes arrive at once.
    piece: Option<usize>,
    reader: Option<Waker>,
    writer: Option<Waker>,
}

impl Pipe {
    fn wake(&mut self) {
        for waker in [self.reader.take(), self.writer.take()]
            .into_iter()
            .flatten()
        {
            waker.wake();
        }
    }
}

fn lock(pipe: &Mutex<Pipe>) -> MutexGuard<'_, Pipe> {
    pipe.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Two ends that are connected with each other.
#[must_use]
pub fn pair() -> (MemoryTransport, MemoryTransport) {
    let one = Arc::new(Mutex::new(Pipe::default()));
    let other = Arc::new(Mutex::new(Pipe::default()));
    let end = |incoming: &Arc<Mutex<Pipe>>, outgoing: &Arc<Mutex<Pipe>>| MemoryTransport {
        incoming: Arc::clone(incoming),
        outgoing: Arc::clone(outgoing),
        sending: Bytes::new(),
    };
    (end(&one, &other), end(&other, &one))
}

impl MemoryTransport {
    /// The switch for faults in what this end sends.
    #[must_use]
    pub fn faults(&self) -> Faults {
        Faults {
            incoming: Arc::clone(&self.incoming),
            outgoing: Arc::clone(&self.outgoing),
        }
    }
}

impl Faults {
    /// Cuts the wire: both ends see a lost connection, what was under way is gone.
    pub fn cut(&self) {
        for pipe in [&self.incoming, &self.outgoing] {
            let mut pipe = lock(pipe);
            pipe.cut = true;
            pipe.bytes.clear();
            pipe.wake();
        }
    }

    /// Holds back what this end sends until [`resume`](Self::resume); the end itself waits once
    /// 64 KiB are held.
    pub fn stall(&self) {
        lock(&self.outgoing).stalled = true;
    }

    /// Lets held bytes go.
    pub fn resume(&self) {
        let mut pipe = lock(&self.outgoing);
        pipe.stalled = false;
        pipe.wake();
    }

    /// Lets what this end sends arrive in pieces of at most `size` bytes; `None`: undisturbed.
    pub fn pieces(&self, size: Option<usize>) {
        let mut pipe = lock(&self.outgoing);
        pipe.piece = size;
        pipe.wake();
    }
}

fn cut() -> TransportError {
    TransportError::new("the wire is cut")
}

impl Transport for MemoryTransport {
    fn kind(&self) -> TransportKind {
        TransportKind::Memory
    }

    fn poll_receive(
        &mut self,
        cx: &mut Context<'_>,
        into: &mut Vec<u8>,
    ) -> Poll<Result<Received, TransportError>> {
        let mut pipe = lock(&self.incoming);
        if pipe.cut {
            return Poll::Ready(Err(cut()));
        }
        if pipe.stalled || pipe.bytes.is_empty() {
            if pipe.closed && pipe.bytes.is_empty() {
                return Poll::Ready(Ok(Received::Closed));
            }
            pipe.reader = Some(cx.waker().clone());
            return Poll::Pending;
        }
        let count = pipe.piece.unwrap_or(usize::MAX).clamp(1, pipe.bytes.len());
        into.extend(pipe.bytes.drain(..count));
        if let Some(writer) = pipe.writer.take() {
            writer.wake();
        }
        Poll::Ready(Ok(Received::Data))
    }

    fn poll_end(&mut self, cx: &mut Context<'_>) -> Poll<Result<Received, TransportError>> {
        let mut pipe = lock(&self.incoming);
        if pipe.cut {
            return Poll::Ready(Err(cut()));
        }
        pipe.reader = Some(cx.waker().clone());
        Poll::Pending
    }

    fn start_send(&mut self, payload: Bytes, _: TransferFormat) {
        self.sending = payload;
    }

    fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), TransportError>> {
        let mut pipe = lock(&self.outgoing);
        while !self.sending.is_empty() {
            if pipe.cut {
                return Poll::Ready(Err(cut()));
            }
            let room = CAPACITY.saturating_sub(pipe.bytes.len());
            if room == 0 {
                pipe.writer = Some(cx.waker().clone());
                return Poll::Pending;
            }
            let part = self.sending.split_to(room.min(self.sending.len()));
            pipe.bytes.extend_from_slice(&part);
            if let Some(reader) = pipe.reader.take() {
                reader.wake();
            }
        }
        Poll::Ready(Ok(()))
    }

    fn poll_close(&mut self, cx: &mut Context<'_>, _: Ending) -> Poll<()> {
        if self.poll_flush(cx).is_pending() {
            return Poll::Pending;
        }
        let mut pipe = lock(&self.outgoing);
        pipe.closed = true;
        pipe.wake();
        Poll::Ready(())
    }
}

impl Drop for MemoryTransport {
    fn drop(&mut self) {
        for pipe in [&self.incoming, &self.outgoing] {
            let mut pipe = lock(pipe);
            if !pipe.closed {
                pipe.cut = true;
            }
            pipe.wake();
        }
    }
}
