//! What a queue does for stateful reconnect.

use std::task::Waker;

use bytes::Bytes;

use super::Outbound;
use super::draining::joined;
use crate::connection::lock;
use crate::connection::stateful::Outgoing;

impl Outbound {
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
}
