use std::cell::RefCell;
use std::collections::VecDeque;
use std::future::poll_fn;
use std::sync::Mutex;
use std::task::{Poll, Waker};

use bytes::{Bytes, BytesMut};
use futures_util::task::AtomicWaker;

use super::lock;

/// Shared messages below this size are copied into the payload under construction: cheaper than
/// a second piece.
const COPY_BELOW: usize = 512;

/// The messages on their way to one peer: bounded in bytes, drained by the connection's task into
/// one payload at a time.
///
/// A sender waits while `limit` bytes are queued or being written, and goes on at half of it, as
/// the reference's pipes do. A limit of 0 never waits.
pub(crate) struct Outbound {
    state: Mutex<State>,
    task: AtomicWaker,
    limit: usize,
}

#[derive(Default)]
struct State {
    /// Whole messages, in order; `tail` comes last.
    pieces: VecDeque<Bytes>,
    tail: Vec<u8>,
    /// Bytes queued or being written.
    bytes: usize,
    /// A limit was reached and half of it is not yet free.
    full: bool,
    closed: bool,
    waiting: Vec<Waker>,
}

impl State {
    fn push(&mut self, message: &Bytes) {
        self.bytes += message.len();
        if message.len() < COPY_BELOW {
            self.tail.extend_from_slice(message);
        } else {
            self.seal();
            self.pieces.push_back(message.clone());
        }
    }

    fn push_slice(&mut self, message: &[u8]) {
        self.bytes += message.len();
        self.tail.extend_from_slice(message);
    }

    fn seal(&mut self) {
        if !self.tail.is_empty() {
            self.pieces.push_back(std::mem::take(&mut self.tail).into());
        }
    }
}

impl Outbound {
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            state: Mutex::default(),
            task: AtomicWaker::new(),
            limit,
        }
    }

    /// Queues a message if there is room; `false` if the sender has to wait. A closed queue takes
    /// everything and keeps nothing.
    pub(crate) fn try_push(&self, message: &Bytes) -> bool {
        let mut state = lock(&self.state);
        if state.closed {
            return true;
        }
        if state.full {
            return false;
        }
        state.push(message);
        self.pushed(state);
        true
    }

    /// Queues a message as soon as there is room.
    pub(crate) async fn push(&self, message: &Bytes) {
        poll_fn(|cx| {
            let mut state = lock(&self.state);
            if state.closed {
                return Poll::Ready(());
            }
            if state.full {
                if !state
                    .waiting
                    .iter()
                    .any(|waker| waker.will_wake(cx.waker()))
                {
                    state.waiting.push(cx.waker().clone());
                }
                return Poll::Pending;
            }
            state.push(message);
            self.pushed(state);
            Poll::Ready(())
        })
        .await;
    }

    /// Writes a message with `encode` and queues it; where there is no room, [`Pushing`] waits.
    pub(crate) fn start_push<E>(
        &self,
        encode: impl FnOnce(&mut Vec<u8>) -> Result<(), E>,
    ) -> Result<Pushing<'_>, E> {
        let mut scratch = Scratch::take();
        encode(&mut scratch.0)?;
        let mut state = lock(&self.state);
        if state.closed {
            return Ok(Pushing(None));
        }
        if state.full {
            return Ok(Pushing(Some((self, Bytes::copy_from_slice(&scratch.0)))));
        }
        state.push_slice(&scratch.0);
        self.pushed(state);
        Ok(Pushing(None))
    }

    /// Queues a message of the connection itself, without regard to the limit and even if the
    /// queue is closed to others.
    pub(crate) fn force(&self, message: &[u8]) {
        let mut state = lock(&self.state);
        state.push_slice(message);
        self.pushed(state);
    }

    /// Queues a message without regard to the limit, unless the queue is closed.
    pub(crate) fn push_now(&self, message: &[u8]) {
        let mut state = lock(&self.state);
        if !state.closed {
            state.push_slice(message);
            self.pushed(state);
        }
    }

    /// From now on only [`force`](Self::force) adds messages; those who wait go on.
    pub(crate) fn close(&self) {
        let mut state = lock(&self.state);
        state.closed = true;
        let waiting = std::mem::take(&mut state.waiting);
        drop(state);
        waiting.into_iter().for_each(Waker::wake);
    }

    /// Forgets what is queued.
    pub(crate) fn clear(&self) {
        let mut state = lock(&self.state);
        state.pieces.clear();
        state.tail = Vec::new();
        state.bytes = 0;
    }

    /// Whether senders have to wait now. Nobody waits for a queue that is closed.
    pub(crate) fn is_full(&self) -> bool {
        let state = lock(&self.state);
        state.full && !state.closed
    }

    /// Whether nothing waits to be taken.
    pub(crate) fn is_empty(&self) -> bool {
        let state = lock(&self.state);
        state.pieces.is_empty() && state.tail.is_empty()
    }

    /// Takes all that is queued as one payload.
    pub(crate) fn drain(&self) -> Option<Bytes> {
        let mut state = lock(&self.state);
        if state.pieces.is_empty() {
            return (!state.tail.is_empty()).then(|| std::mem::take(&mut state.tail).into());
        }
        state.seal();
        let pieces = std::mem::take(&mut state.pieces);
        drop(state);
        if pieces.len() == 1 {
            return pieces.into_iter().next();
        }
        let mut payload = BytesMut::with_capacity(pieces.iter().map(Bytes::len).sum());
        pieces
            .iter()
            .for_each(|piece| payload.extend_from_slice(piece));
        Some(payload.freeze())
    }

    /// Says that `count` drained bytes have been written.
    pub(crate) fn written(&self, count: usize) {
        let mut state = lock(&self.state);
        state.bytes = state.bytes.saturating_sub(count);
        if state.full && state.bytes <= self.limit / 2 {
            state.full = false;
            let waiting = std::mem::take(&mut state.waiting);
            drop(state);
            waiting.into_iter().for_each(Waker::wake);
        }
    }

    /// The waker of the connection's task.
    pub(crate) fn register(&self, waker: &Waker) {
        self.task.register(waker);
    }

    /// Makes the connection's task look around.
    pub(crate) fn wake(&self) {
        self.task.wake();
    }

    fn pushed(&self, mut state: std::sync::MutexGuard<'_, State>) {
        state.full = self.limit > 0 && state.bytes >= self.limit;
        drop(state);
        self.task.wake();
    }
}

/// A message that is queued, or waits for room.
#[must_use]
pub(crate) struct Pushing<'a>(Option<(&'a Outbound, Bytes)>);

impl Pushing<'_> {
    /// The message, if it waits for room.
    pub(crate) fn waiting(self) -> Option<Bytes> {
        self.0.map(|(_, message)| message)
    }

    pub(crate) async fn finish(self) {
        if let Some((outbound, message)) = self.0 {
            outbound.push(&message).await;
        }
    }
}

thread_local! {
    static SCRATCH: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// The thread's buffer for a message being written; kept between messages unless it grew large.
struct Scratch(Vec<u8>);

impl Scratch {
    fn take() -> Self {
        let mut buffer = SCRATCH.take();
        buffer.clear();
        Self(buffer)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if self.0.capacity() <= 16 * 1024 {
            SCRATCH.set(std::mem::take(&mut self.0));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn messages_leave_in_order_as_one_payload() {
        let outbound = Outbound::new(1 << 20);
        let large = Bytes::from(vec![b'L'; COPY_BELOW]);
        outbound.push(&Bytes::from_static(b"a")).await;
        outbound.push(&large).await;
        outbound.push(&Bytes::from_static(b"b")).await;
        outbound.force(b"c");
        let payload = outbound.drain().expect("a payload");
        assert_eq!(payload.len(), COPY_BELOW + 3);
        assert!(payload.starts_with(b"aL") && payload.ends_with(b"Lbc"));
        assert!(outbound.drain().is_none());
    }

    #[tokio::test]
    async fn a_sender_waits_until_half_is_free() {
        let outbound = std::sync::Arc::new(Outbound::new(100));
        assert!(outbound.try_push(&Bytes::from(vec![0; 100])));
        assert!(!outbound.try_push(&Bytes::from_static(b"x")));
        let waiting = tokio::spawn({
            let outbound = outbound.clone();
            async move { outbound.push(&Bytes::from_static(b"x")).await }
        });
        tokio::task::yield_now().await;
        outbound.drain();
        outbound.written(49);
        tokio::task::yield_now().await;
        assert!(!waiting.is_finished());
        outbound.written(1);
        waiting.await.expect("no panic");
        assert_eq!(outbound.drain().as_deref(), Some(&b"x"[..]));
    }

    #[tokio::test]
    async fn a_closed_queue_drops_what_comes_and_lets_go_of_those_who_wait() {
        let outbound = Outbound::new(1);
        assert!(outbound.try_push(&Bytes::from_static(b"xx")));
        outbound.close();
        outbound.push(&Bytes::from_static(b"y")).await;
        outbound.force(b"close");
        assert_eq!(outbound.drain().as_deref(), Some(&b"xxclose"[..]));
    }
}
