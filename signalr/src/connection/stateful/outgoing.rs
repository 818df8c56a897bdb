use std::collections::VecDeque;

use bytes::Bytes;

use super::ledger::Ledger;

/// What stateful reconnect adds to the queue of outgoing messages.
pub(in crate::connection) struct Outgoing {
    ledger: Ledger,
    /// Messages that do not count.
    uncounted: Vec<u8>,
    /// What a new transport gets before anything else.
    again: VecDeque<Bytes>,
}

impl Outgoing {
    /// `uncounted` is what was queued before.
    pub(in crate::connection) fn new(limit: usize, uncounted: Vec<u8>) -> Self {
        Self {
            ledger: Ledger::new(limit),
            uncounted,
            again: VecDeque::new(),
        }
    }

    pub(in crate::connection) fn queued(&mut self, length: usize) {
        self.ledger.queued(length);
    }

    pub(in crate::connection) fn push_uncounted(&mut self, message: &[u8]) {
        self.uncounted.extend_from_slice(message);
    }

    /// What goes out before counted messages do.
    pub(in crate::connection) fn take_first(&mut self, closed: bool) -> Option<Bytes> {
        // Once the queue is closed, what does not count is a Close: the last word.
        self.again
            .pop_front()
            .or_else(|| (!closed).then(|| self.take_last()).flatten())
    }

    /// What goes out when no counted message is left.
    pub(in crate::connection) fn take_last(&mut self) -> Option<Bytes> {
        (!self.uncounted.is_empty()).then(|| std::mem::take(&mut self.uncounted).into())
    }

    /// All counted messages are about to be sent.
    pub(in crate::connection) fn taken(&mut self) {
        self.ledger.taken();
    }

    pub(in crate::connection) fn keep(&mut self, payload: Bytes) {
        self.ledger.keep(payload);
    }

    pub(in crate::connection) fn acknowledge(&mut self, id: i64) -> bool {
        self.ledger.acknowledge(id)
    }

    /// Forgets what only concerned the transport that was lost.
    pub(in crate::connection) fn suspend(&mut self) {
        self.uncounted = Vec::new();
        self.again.clear();
    }

    /// Begins again after what the other end has acknowledged: how many bytes are to go out.
    pub(in crate::connection) fn resume(&mut self, sequence: impl FnOnce(i64) -> Bytes) -> usize {
        self.suspend();
        self.again.push_back(sequence(self.ledger.first()));
        self.again.extend(self.ledger.kept().cloned());
        self.again.iter().map(Bytes::len).sum()
    }

    pub(in crate::connection) fn is_empty(&self) -> bool {
        self.uncounted.is_empty() && self.again.is_empty()
    }

    pub(in crate::connection) fn is_full(&self) -> bool {
        self.ledger.is_full()
    }

    /// The first message that is not acknowledged, while too much is not.
    pub(in crate::connection) fn awaited(&self) -> Option<i64> {
        self.is_full().then(|| self.ledger.first())
    }

    /// Forgets what waits to be sent.
    pub(in crate::connection) fn clear(&mut self) {
        self.suspend();
        self.ledger.forget_unsent();
    }
}
