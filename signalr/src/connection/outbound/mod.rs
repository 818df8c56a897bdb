mod pushing;
mod room;
mod shedding;

use std::collections::VecDeque;
use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use bytes::{Bytes, BytesMut};
use futures_util::task::AtomicWaker;

pub(crate) use self::pushing::Pushing;
use self::pushing::Scratch;
pub(crate) use self::room::Room;
pub(crate) use self::shedding::Shed;
use self::shedding::{Shedding, Taken};
use super::lock;
use super::stateful::Outgoing;

/// Shared messages below this size are copied into the payload under construction: cheaper than
/// a second piece.
const COPY_BELOW: usize = 512;

/// The messages on their way to one peer: bounded, drained by the connection's task into one payload
/// at a time.
///
/// A sender waits while as much as there is room for is queued or being written, and goes on at half of
/// it, as the reference's pipes do. With [stateful reconnect](super::stateful) it also waits while too
/// much is not acknowledged.
///
/// A queue that [sheds](Self::shedding) does not let those wait who [`offer`](Self::offer) a message
/// while the peer is slow.
pub(crate) struct Outbound {
    state: Mutex<State>,
    task: AtomicWaker,
    room: Room,
}

/// What became of a message that was offered.
#[derive(Debug, PartialEq, Eq)]
#[must_use]
pub(crate) enum Offered {
    /// It is queued, or the queue is closed.
    Taken,
    /// There is no room now; it has to wait.
    Full,
    /// There was no room: so many were given up, this one or others.
    Dropped(usize),
    /// There was no room, and the peer is to be given up.
    TooSlow,
}

impl Offered {
    fn taken(dropped: usize) -> Self {
        match dropped {
            0 => Self::Taken,
            dropped => Self::Dropped(dropped),
        }
    }
}

#[derive(Default)]
struct State {
    /// Whole messages, in order; `tail` comes last.
    pieces: VecDeque<Bytes>,
    tail: Vec<u8>,
    /// Bytes queued or being written; of a queue that sheds, only those of firm messages.
    bytes: usize,
    /// How many of the bytes being written are not among `bytes`.
    loose_bytes: usize,
    /// Messages queued or being written, and those being written; what does not count is not among
    /// them.
    messages: usize,
    under_way: usize,
    /// A limit was reached and half of it is not yet free.
    full: bool,
    closed: bool,
    waiting: Vec<Waker>,
    /// With stateful reconnect.
    outgoing: Option<Box<Outgoing>>,
    /// Takes the place of `pieces` and `tail` where messages may be given up.
    shedding: Option<Box<Shedding>>,
}

impl State {
    fn push(&mut self, message: &Bytes) {
        self.count(message.len());
        if let Some(shedding) = &mut self.shedding {
            shedding.push_firm(message.clone());
        } else if message.len() < COPY_BELOW {
            self.tail.extend_from_slice(message);
        } else {
            self.seal();
            self.pieces.push_back(message.clone());
        }
    }

    fn push_slice(&mut self, message: &[u8]) {
        self.count(message.len());
        self.append(message);
    }

    fn count(&mut self, length: usize) {
        self.bytes += length;
        self.messages += 1;
        // Where some may be given up, only what is sent gets a number.
        if let Some(outgoing) = &mut self.outgoing
            && self.shedding.is_none()
        {
            outgoing.queued(length);
        }
    }

    fn push_uncounted(&mut self, message: &[u8]) {
        self.bytes += message.len();
        match &mut self.outgoing {
            Some(outgoing) => outgoing.push_uncounted(message),
            None => self.append(message),
        }
    }

    fn append(&mut self, message: &[u8]) {
        match &mut self.shedding {
            Some(shedding) => shedding.push_firm(Bytes::copy_from_slice(message)),
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
    fn let_go(&mut self, room: Room) -> Vec<Waker> {
        if !self.full || !room.is_half_free(self.bytes, self.messages) || !self.is_acknowledged() {
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

    fn wait(&mut self, waker: &Waker) {
        if !self.waiting.iter().any(|waiting| waiting.will_wake(waker)) {
            self.waiting.push(waker.clone());
        }
    }

    /// Takes all that is queued, where some of it might have been given up: with stateful reconnect
    /// only as much as may go without an acknowledgement, since what is sent cannot be given up.
    fn take_shedding(&mut self) -> VecDeque<Bytes> {
        let Self {
            outgoing,
            shedding: Some(shedding),
            closed,
            ..
        } = self
        else {
            return VecDeque::new();
        };
        if !*closed && outgoing.as_ref().is_some_and(|it| it.is_full()) {
            return VecDeque::new();
        }
        let Taken {
            messages,
            loose_bytes,
        } = shedding.take();
        self.loose_bytes = loose_bytes;
        if let Some(outgoing) = outgoing {
            messages.iter().for_each(|it| outgoing.queued(it.len()));
            outgoing.taken();
        }
        messages
    }
}

impl Outbound {
    pub(crate) fn new(room: Room) -> Self {
        Self {
            state: Mutex::default(),
            task: AtomicWaker::new(),
            room,
        }
    }

    /// A queue that gives messages up where it is full and the peer is slow. The room is there for
    /// messages that are offered and for all others, each by themselves.
    pub(crate) fn shedding(room: Room, shed: Shed) -> Self {
        let mut outbound = Self::new(room);
        let state = outbound.state.get_mut();
        state.unwrap_or_else(PoisonError::into_inner).shedding =
            Some(Box::new(Shedding::new(shed, room)));
        outbound
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
                state.wait(cx.waker());
                return Poll::Pending;
            }
            state.push(message);
            self.pushed(state);
            Poll::Ready(())
        })
        .await;
    }

    /// Queues a message that may be given up, now or later, if the queue sheds. A later one with the
    /// same key may make it worthless.
    pub(crate) fn offer(&self, message: &Bytes, key: Option<&Arc<str>>) -> Offered {
        let state = lock(&self.state);
        if state.shedding.is_some() {
            return self.shed(state, message, key, None);
        }
        self.take(state, message, None)
    }

    /// The same, as soon as there is room or the peer turns out to be slow.
    pub(crate) fn poll_offer(
        &self,
        cx: &mut Context<'_>,
        message: &Bytes,
        key: Option<&Arc<str>>,
    ) -> Poll<Offered> {
        let state = lock(&self.state);
        let offered = if state.shedding.is_some() {
            self.shed(state, message, key, Some(cx.waker()))
        } else {
            self.take(state, message, Some(cx.waker()))
        };
        match offered {
            Offered::Full => Poll::Pending,
            offered => Poll::Ready(offered),
        }
    }

    fn take(
        &self,
        mut state: MutexGuard<'_, State>,
        message: &Bytes,
        waiting: Option<&Waker>,
    ) -> Offered {
        if state.closed {
            return Offered::Taken;
        }
        if state.full {
            waiting.inspect(|waker| state.wait(waker));
            return Offered::Full;
        }
        state.push(message);
        self.pushed(state);
        Offered::Taken
    }

    #[cold]
    fn shed(
        &self,
        mut state: MutexGuard<'_, State>,
        message: &Bytes,
        key: Option<&Arc<str>>,
        waiting: Option<&Waker>,
    ) -> Offered {
        let may_send = state.is_acknowledged();
        let State {
            shedding: Some(shedding),
            closed: false,
            ..
        } = &mut *state
        else {
            return Offered::Taken;
        };
        let offered = shedding.offer(message, key, may_send);
        if offered == Offered::Full {
            waiting.inspect(|waker| state.wait(waker));
            return offered;
        }
        drop(state);
        self.task.wake();
        offered
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
        if let Some(shedding) = &mut state.shedding {
            shedding.take();
        }
        state.bytes = 0;
        state.loose_bytes = 0;
        state.messages = state.under_way;
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
            && state.shedding.as_ref().is_none_or(|it| it.is_empty())
            && state
                .outgoing
                .as_ref()
                .is_none_or(|outgoing| outgoing.is_empty())
    }

    /// Takes all that is queued as one payload; with stateful reconnect it may take several.
    pub(crate) fn drain(&self) -> Option<Bytes> {
        let mut state = lock(&self.state);
        if state.outgoing.is_some() || state.shedding.is_some() {
            return self.drain_one_by_one(state);
        }
        state.under_way = state.messages;
        if state.pieces.is_empty() {
            let tail = std::mem::take(&mut state.tail);
            return (!tail.is_empty()).then(|| tail.into());
        }
        state.seal();
        let pieces = std::mem::take(&mut state.pieces);
        drop(state);
        Some(joined(pieces))
    }

    /// Where each message matters by itself.
    #[cold]
    fn drain_one_by_one(&self, mut state: MutexGuard<'_, State>) -> Option<Bytes> {
        let State {
            outgoing, closed, ..
        } = &mut *state;
        if let Some(outgoing) = outgoing
            && let Some(first) = outgoing.take_first(*closed)
        {
            return Some(first);
        }
        let messages = if state.shedding.is_some() {
            state.take_shedding()
        } else {
            state.seal();
            if let Some(outgoing) = &mut state.outgoing {
                outgoing.taken();
            }
            std::mem::take(&mut state.pieces)
        };
        if messages.is_empty() {
            return state.outgoing.as_mut()?.take_last();
        }
        state.under_way = state.messages;
        let mut waiting = Vec::new();
        if state.shedding.is_some() {
            // Messages that are offered have all the room again.
            waiting = std::mem::take(&mut state.waiting);
        }
        drop(state);
        let payload = joined(messages);
        if let Some(outgoing) = &mut lock(&self.state).outgoing {
            outgoing.keep(payload.clone());
        }
        waiting.into_iter().for_each(Waker::wake);
        Some(payload)
    }

    /// Says that `count` drained bytes have been written.
    pub(crate) fn written(&self, count: usize) {
        let mut state = lock(&self.state);
        let counted = count - std::mem::take(&mut state.loose_bytes).min(count);
        state.bytes = state.bytes.saturating_sub(counted);
        state.messages -= std::mem::take(&mut state.under_way);
        let waiting = state.let_go(self.room);
        drop(state);
        waiting.into_iter().for_each(Waker::wake);
    }

    /// Says whether the peer takes nothing of what is under way.
    #[cold]
    pub(crate) fn stuck(&self, is_stuck: bool) {
        let mut state = lock(&self.state);
        let Some(shedding) = &mut state.shedding else {
            return;
        };
        shedding.is_stuck = is_stuck;
        let waiting = std::mem::take(&mut state.waiting);
        drop(state);
        waiting.into_iter().for_each(Waker::wake);
    }

    /// From now on messages are counted, and kept until they are acknowledged; senders wait while
    /// more than `limit` bytes are not. What is queued now does not count.
    pub(crate) fn keep(&self, limit: usize) {
        let mut state = lock(&self.state);
        state.seal();
        let mut queued = std::mem::take(&mut state.pieces);
        if let Some(shedding) = &mut state.shedding {
            queued = shedding.take().messages;
        }
        let queued = joined(queued).into();
        state.outgoing = Some(Box::new(Outgoing::new(limit, queued)));
    }

    /// The other end has every message up to number `id`; `false` if that says nothing new.
    pub(crate) fn acknowledged(&self, id: i64) -> bool {
        let mut state = lock(&self.state);
        let Some(outgoing) = &mut state.outgoing else {
            return false;
        };
        let is_news = outgoing.acknowledge(id);
        let waiting = state.let_go(self.room);
        drop(state);
        waiting.into_iter().for_each(Waker::wake);
        is_news
    }

    /// The message whose acknowledgement senders wait for, if that is what they wait for.
    pub(crate) fn awaited_acknowledgement(&self) -> Option<i64> {
        let state = lock(&self.state);
        let is_held_back = state.shedding.as_ref().is_some_and(|it| !it.is_empty());
        if !(state.full || is_held_back) || state.closed {
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
        state.loose_bytes = 0;
        state.messages -= std::mem::take(&mut state.under_way);
        let mut waiting = Vec::new();
        if let Some(shedding) = &mut state.shedding {
            shedding.is_stuck = true;
            state.bytes = shedding.firm_bytes();
            waiting = std::mem::take(&mut state.waiting);
        }
        waiting.extend(state.let_go(self.room));
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
        if let Some(shedding) = &mut state.shedding {
            shedding.is_stuck = false;
        }
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

    fn pushed(&self, mut state: MutexGuard<'_, State>) {
        // It stays full until those who wait may go on.
        state.full |= !self.room.has_room(state.bytes, state.messages) || !state.is_acknowledged();
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

#[cfg(test)]
mod tests;
