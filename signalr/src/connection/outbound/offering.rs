use std::sync::{Arc, MutexGuard};
use std::task::{Context, Poll, Waker};

use bytes::Bytes;

use super::Outbound;
use super::state::State;
use crate::connection::lock;

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
    pub(super) fn taken(dropped: usize) -> Self {
        match dropped {
            0 => Self::Taken,
            dropped => Self::Dropped(dropped),
        }
    }
}

impl Outbound {
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

    /// Queues a message if there is room.
    pub(super) fn take(
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
}
