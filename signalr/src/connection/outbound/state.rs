use std::collections::VecDeque;
use std::task::Waker;

use bytes::Bytes;

use super::room::Room;
use super::shedding::{Shedding, Taken};
use crate::connection::stateful::Outgoing;

/// Shared messages below this size are copied into the payload under construction: cheaper than
/// a second piece.
pub(super) const COPY_BELOW: usize = 512;

#[derive(Default)]
pub(super) struct State {
    /// Whole messages, in order; `tail` comes last.
    pub(super) pieces: VecDeque<Bytes>,
    pub(super) tail: Vec<u8>,
    /// Bytes queued or being written; of a queue that sheds, only those of firm messages.
    pub(super) bytes: usize,
    /// How many of the bytes being written are not among `bytes`.
    pub(super) loose_bytes: usize,
    /// Messages queued or being written, and those being written; what does not count is not among
    /// them.
    pub(super) messages: usize,
    pub(super) under_way: usize,
    /// A limit was reached and half of it is not yet free.
    pub(super) full: bool,
    pub(super) closed: bool,
    pub(super) waiting: Vec<Waker>,
    /// With stateful reconnect.
    pub(super) outgoing: Option<Box<Outgoing>>,
    /// Takes the place of `pieces` and `tail` where messages may be given up.
    pub(super) shedding: Option<Box<Shedding>>,
}

impl State {
    pub(super) fn push(&mut self, message: &Bytes) {
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

    pub(super) fn push_slice(&mut self, message: &[u8]) {
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

    pub(super) fn push_uncounted(&mut self, message: &[u8]) {
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
    pub(super) fn is_acknowledged(&self) -> bool {
        self.outgoing
            .as_ref()
            .is_none_or(|outgoing| !outgoing.is_full())
    }

    /// Those who may go on now: half of the room is free.
    pub(super) fn let_go(&mut self, room: Room) -> Vec<Waker> {
        if !self.full || !room.is_half_free(self.bytes, self.messages) || !self.is_acknowledged() {
            return Vec::new();
        }
        self.full = false;
        std::mem::take(&mut self.waiting)
    }

    pub(super) fn seal(&mut self) {
        if !self.tail.is_empty() {
            self.pieces.push_back(std::mem::take(&mut self.tail).into());
        }
    }

    pub(super) fn wait(&mut self, waker: &Waker) {
        if !self.waiting.iter().any(|waiting| waiting.will_wake(waker)) {
            self.waiting.push(waker.clone());
        }
    }

    /// Takes all that is queued, where some of it might have been given up: with stateful reconnect
    /// only as much as may go without an acknowledgement, since what is sent cannot be given up.
    pub(super) fn take_shedding(&mut self) -> VecDeque<Bytes> {
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
