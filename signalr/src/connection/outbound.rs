use std::cell::RefCell;
use std::collections::VecDeque;
use std::future::poll_fn;
use std::sync::Mutex;
use std::task::{Poll, Waker};

use bytes::{Bytes, BytesMut};
use futures_util::task::AtomicWaker;

use super::lock;
use super::stateful::Outgoing;

/// Shared messages below this size are copied into the payload under construction: cheaper than
/// a second piece.
const COPY_BELOW: usize = 512;

/// The messages on their way to one peer: bounded in bytes, drained by the connection's task into
/// one payload at a time.
///
/// A sender waits while `limit` bytes are queued or being written, and goes on at half of it, as
/// the reference's pipes do. A limit of 0 never waits. With [stateful reconnect](super::stateful) it
/// also waits while too much is not acknowledged.
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
    /// With stateful reconnect.
    outgoing: Option<Box<Outgoing>>,
}

impl State {
    fn push(&mut self, message: &Bytes) {
        self.count(message.len());
        if message.len() < COPY_BELOW {
            self.tail.extend_from_slice(message);
        } else {
            self.seal();
            self.pieces.push_back(message.clone());
        }
    }

    fn push_slice(&mut self, message: &[u8]) {
        self.count(message.len());
        self.tail.extend_from_slice(message);
    }

    fn count(&mut self, length: usize) {
        self.bytes += length;
        if let Some(outgoing) = &mut self.outgoing {
            outgoing.queued(length);
        }
    }

    fn push_uncounted(&mut self, message: &[u8]) {
        self.bytes += message.len();
        match &mut self.outgoing {
            Some(outgoing) => outgoing.push_uncounted(message),
            None => self.tail.extend_from_slice(message),
        }
    }

    /// Whether the other end has acknowledged enough for senders to go on.
    fn is_acknowledged(&self) -> bool {
        self.outgoing
            .as_ref()
            .is_none_or(|outgoing| !outgoing.is_full())
    }

    /// Those who may go on now: half of the room is free.
    fn let_go(&mut self, limit: usize) -> Vec<Waker> {
        let has_room = limit == 0 || self.bytes <= limit / 2;
        if !(self.full && has_room && self.is_acknowledged()) {
            return Vec::new();
        }
        self.full = false;
        std::mem::take(&mut self.waiting)
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

    /// Queues a message of the connection itself, such as a handshake or a Close, without regard to
    /// the limit and even if the queue is closed to others. It is not counted.
    pub(crate) fn force(&self, message: &[u8]) {
        let mut state = lock(&self.state);
        state.push_uncounted(message);
        self.pushed(state);
    }

    /// Queues a message that does not count, such as Ping and Ack, without regard to the limit,
    /// unless the queue is closed. With stateful reconnect it may overtake what counts.
    pub(crate) fn push_uncounted(&self, message: &[u8]) {
        let mut state = lock(&self.state);
        if !state.closed {
            state.push_uncounted(message);
            self.pushed(state);
        }
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
        if let Some(outgoing) = &mut state.outgoing {
            outgoing.clear();
        }
    }

    /// Whether senders have to wait now. Nobody waits for a queue that is closed.
    pub(crate) fn is_full(&self) -> bool {
        let state = lock(&self.state);
        state.full && !state.closed
    }

    /// Whether nothing waits to be taken.
    pub(crate) fn is_empty(&self) -> bool {
        let state = lock(&self.state);
        let is_empty = state.pieces.is_empty() && state.tail.is_empty();
        is_empty
            && state
                .outgoing
                .as_ref()
                .is_none_or(|outgoing| outgoing.is_empty())
    }

    /// Takes all that is queued as one payload; with stateful reconnect it may take several.
    pub(crate) fn drain(&self) -> Option<Bytes> {
        let mut state = lock(&self.state);
        let State {
            outgoing, closed, ..
        } = &mut *state;
        let keeps = outgoing.is_some();
        if let Some(outgoing) = outgoing {
            if let Some(first) = outgoing.take_first(*closed) {
                return Some(first);
            }
            outgoing.taken();
        }
        if state.pieces.is_empty() {
            let payload = match std::mem::take(&mut state.tail) {
                tail if tail.is_empty() => return state.outgoing.as_mut()?.take_last(),
                tail => Bytes::from(tail),
            };
            if let Some(outgoing) = &mut state.outgoing {
                outgoing.keep(payload.clone());
            }
            return Some(payload);
        }
        state.seal();
        let pieces = std::mem::take(&mut state.pieces);
        drop(state);
        let payload = joined(pieces);
        if keeps && let Some(outgoing) = &mut lock(&self.state).outgoing {
            outgoing.keep(payload.clone());
        }
        Some(payload)
    }

    /// Says that `count` drained bytes have been written.
    pub(crate) fn written(&self, count: usize) {
        let mut state = lock(&self.state);
        state.bytes = state.bytes.saturating_sub(count);
        let waiting = state.let_go(self.limit);
        drop(state);
        waiting.into_iter().for_each(Waker::wake);
    }

    /// From now on messages are counted, and kept until they are acknowledged; senders wait while
    /// more than `limit` bytes are not. What is queued now does not count.
    pub(crate) fn keep(&self, limit: usize) {
        let mut state = lock(&self.state);
        state.seal();
        let queued = joined(std::mem::take(&mut state.pieces)).into();
        state.outgoing = Some(Box::new(Outgoing::new(limit, queued)));
    }

    /// The other end has every message up to number `id`; `false` if that says nothing new.
    pub(crate) fn acknowledged(&self, id: i64) -> bool {
        let mut state = lock(&self.state);
        let Some(outgoing) = &mut state.outgoing else {
            return false;
        };
        let is_news = outgoing.acknowledge(id);
        let waiting = state.let_go(self.limit);
        drop(state);
        waiting.into_iter().for_each(Waker::wake);
        is_news
    }

    /// The message whose acknowledgement senders wait for, if that is what they wait for.
    pub(crate) fn awaited_acknowledgement(&self) -> Option<i64> {
        let state = lock(&self.state);
        if !state.full || state.closed {
            return None;
        }
        state.outgoing.as_ref()?.awaited()
    }

    /// Whether senders wait until the other end acknowledges more.
    pub(crate) fn waits_for_acknowledgement(&self) -> bool {
        self.awaited_acknowledgement().is_some()
    }

    /// The transport is lost, and with it what was under way and what does not count.
    pub(crate) fn suspend(&self) {
        let mut state = lock(&self.state);
        if let Some(outgoing) = &mut state.outgoing {
            outgoing.suspend();
        }
        let queued: usize = state.pieces.iter().map(Bytes::len).sum();
        state.bytes = queued + state.tail.len();
        let waiting = state.let_go(self.limit);
        drop(state);
        waiting.into_iter().for_each(Waker::wake);
    }

    /// There is a new transport: it gets the Sequence that `write` writes, then what was sent and
    /// not acknowledged, then what waits to be sent.
    pub(crate) fn resume(&self, write: impl FnOnce(i64, &mut Vec<u8>)) {
        let mut state = lock(&self.state);
        let Some(outgoing) = &mut state.outgoing else {
            return;
        };
        let again = outgoing.resume(|first| {
            let mut message = Vec::with_capacity(32);
            write(first, &mut message);
            message.into()
        });
        state.bytes += again;
        self.pushed(state);
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
        // It stays full until those who wait may go on.
        state.full |= self.limit > 0 && state.bytes >= self.limit || !state.is_acknowledged();
        drop(state);
        self.task.wake();
    }
}

fn joined(pieces: VecDeque<Bytes>) -> Bytes {
    if pieces.len() == 1 {
        return pieces.into_iter().next().unwrap_or_default();
    }
    let mut payload = BytesMut::with_capacity(pieces.iter().map(Bytes::len).sum());
    pieces
        .iter()
        .for_each(|piece| payload.extend_from_slice(piece));
    payload.freeze()
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
mod tests;
