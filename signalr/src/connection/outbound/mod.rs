mod draining;
mod offering;
mod pushing;
mod resuming;
mod room;
mod shedding;
mod state;

use std::future::poll_fn;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Poll, Waker};

use bytes::Bytes;
use futures_util::task::AtomicWaker;

pub(crate) use self::offering::Offered;
pub(crate) use self::pushing::Pushing;
use self::pushing::Scratch;
pub(crate) use self::room::Room;
pub(crate) use self::shedding::Shed;
use self::shedding::Shedding;
use self::state::State;
use super::lock;

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
        self.take(lock(&self.state), message, None) == Offered::Taken
    }

    /// Queues a message as soon as there is room.
    pub(crate) async fn push(&self, message: &Bytes) {
        poll_fn(
            |cx| match self.take(lock(&self.state), message, Some(cx.waker())) {
                Offered::Taken => Poll::Ready(()),
                _ => Poll::Pending,
            },
        )
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

#[cfg(test)]
mod tests;
