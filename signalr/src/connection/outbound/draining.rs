use std::collections::VecDeque;
use std::sync::MutexGuard;
use std::task::Waker;

use bytes::{Bytes, BytesMut};

use super::Outbound;
use super::state::State;
use crate::connection::lock;

impl Outbound {
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
}

pub(super) fn joined(pieces: VecDeque<Bytes>) -> Bytes {
    if pieces.len() == 1 {
        return pieces.into_iter().next().unwrap_or_default();
    }
    let mut payload = BytesMut::with_capacity(pieces.iter().map(Bytes::len).sum());
    pieces
        .iter()
        .for_each(|piece| payload.extend_from_slice(piece));
    payload.freeze()
}
