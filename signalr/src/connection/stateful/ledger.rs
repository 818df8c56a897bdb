use std::collections::VecDeque;

use bytes::{Buf, Bytes};

/// The counted messages of one direction that the other end has not acknowledged.
///
/// What was sent is kept as the payloads it was sent in, shared with the transport: nothing is
/// copied, and each message costs its length beside it.
pub(super) struct Ledger {
    limit: usize,
    /// Every message up to this one has been acknowledged.
    acknowledged: i64,
    /// Every message up to this one has been given to a transport.
    sent: i64,
    /// How long each message after `acknowledged` is, in order.
    lengths: VecDeque<usize>,
    /// The sum of `lengths`.
    bytes: usize,
    /// The messages after `acknowledged` that were sent.
    kept: VecDeque<Bytes>,
}

impl Ledger {
    /// Senders wait while more than `limit` bytes are not acknowledged.
    pub(super) fn new(limit: usize) -> Self {
        Self {
            limit,
            acknowledged: 0,
            sent: 0,
            lengths: VecDeque::new(),
            bytes: 0,
            kept: VecDeque::new(),
        }
    }

    /// Numbers the next message.
    pub(super) fn queued(&mut self, length: usize) {
        self.lengths.push_back(length);
        self.bytes += length;
    }

    /// All that was queued is about to be sent.
    pub(super) fn taken(&mut self) {
        self.sent = self.acknowledged + count(self.lengths.len());
    }

    /// Keeps what was taken.
    pub(super) fn keep(&mut self, payload: Bytes) {
        self.kept.push_back(payload);
    }

    /// Forgets every message up to number `id`; `false` if that says nothing new, or speaks of
    /// messages that were never sent.
    pub(super) fn acknowledge(&mut self, id: i64) -> bool {
        if id <= self.acknowledged || id > self.sent {
            return false;
        }
        let new = usize::try_from(id - self.acknowledged).unwrap_or(usize::MAX);
        let mut freed: usize = self.lengths.drain(..new).sum();
        self.acknowledged = id;
        self.bytes -= freed;
        while let Some(payload) = self.kept.front_mut()
            && freed > 0
        {
            let part = freed.min(payload.len());
            payload.advance(part);
            freed -= part;
            if payload.is_empty() {
                self.kept.pop_front();
            }
        }
        true
    }

    /// The number of the first message that has not been acknowledged, or of the next one.
    pub(super) fn first(&self) -> i64 {
        self.acknowledged + 1
    }

    /// What was sent and not acknowledged, in order.
    pub(super) fn kept(&self) -> impl Iterator<Item = &Bytes> {
        self.kept.iter()
    }

    pub(super) fn is_full(&self) -> bool {
        self.bytes > self.limit
    }

    /// Forgets the messages that were not sent, since they never will be.
    pub(super) fn forget_unsent(&mut self) {
        let sent = usize::try_from(self.sent - self.acknowledged).unwrap_or(usize::MAX);
        let unsent: usize = self.lengths.drain(sent..).sum();
        self.bytes -= unsent;
    }
}

fn count(messages: usize) -> i64 {
    i64::try_from(messages).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ledger(messages: &[&'static str]) -> Ledger {
        let mut ledger = Ledger::new(10);
        send(&mut ledger, messages);
        ledger
    }

    /// Sends messages in one payload.
    fn send(ledger: &mut Ledger, messages: &[&'static str]) {
        for message in messages {
            ledger.queued(message.len());
        }
        ledger.taken();
        ledger.keep(messages.concat().into());
    }

    fn kept(ledger: &Ledger) -> Vec<&[u8]> {
        ledger.kept().map(AsRef::as_ref).collect()
    }

    #[test]
    fn what_is_not_acknowledged_is_kept_from_message_to_message() {
        let mut ledger = ledger(&["one", "two", "three"]);
        send(&mut ledger, &["four"]);
        assert!(ledger.acknowledge(2));
        assert_eq!(kept(&ledger), [&b"three"[..], b"four"]);
        assert_eq!(ledger.first(), 3);
        assert!(ledger.acknowledge(4));
        assert!(kept(&ledger).is_empty());
        assert_eq!((ledger.first(), ledger.bytes), (5, 0));
    }

    #[test]
    fn an_acknowledgement_over_several_payloads_frees_them_all() {
        let mut ledger = ledger(&["a"]);
        send(&mut ledger, &["b", "c"]);
        send(&mut ledger, &["d", "e"]);
        assert!(ledger.acknowledge(4));
        assert_eq!(kept(&ledger), [b"e"]);
    }

    #[test]
    fn an_acknowledgement_of_what_was_never_sent_changes_nothing() {
        let mut ledger = ledger(&["one", "two"]);
        ledger.queued(5);
        for id in [3, i64::MAX, 0, -1, i64::MIN] {
            assert!(!ledger.acknowledge(id), "{id}");
        }
        assert!(ledger.acknowledge(1));
        assert!(!ledger.acknowledge(1), "the same once more");
        assert_eq!(kept(&ledger), [b"two"]);
    }

    #[test]
    fn it_is_full_above_its_limit_as_in_the_reference() {
        let mut ledger = ledger(&["12345", "67890"]);
        assert!(!ledger.is_full());
        ledger.queued(1);
        assert!(ledger.is_full(), "what waits to be sent counts too");
        assert!(ledger.acknowledge(1));
        assert!(!ledger.is_full());
    }
}
