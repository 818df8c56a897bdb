use std::error::Error;
use std::fmt;
use std::sync::atomic::{AtomicI64, Ordering};

/// How many counted messages have arrived, and what the other end knows of it.
///
/// One task reads; any other may ask what is [due](Self::due).
#[derive(Debug)]
pub(crate) struct Receipts {
    /// The number of the message that comes next.
    next: AtomicI64,
    /// The highest number that has arrived.
    latest: AtomicI64,
    /// The number that was acknowledged last.
    told: AtomicI64,
}

/// A Sequence that leaves messages out: they are lost for good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SequenceError;

impl fmt::Display for SequenceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sequence ID greater than amount of messages we've received.")
    }
}

impl Error for SequenceError {}

impl Default for Receipts {
    fn default() -> Self {
        Self {
            next: AtomicI64::new(1),
            latest: AtomicI64::new(0),
            told: AtomicI64::new(0),
        }
    }
}

impl Receipts {
    /// Counts a message; `false` if it has been here before.
    pub(crate) fn count(&self) -> bool {
        let id = self.next.load(Ordering::Relaxed);
        self.next.store(id.saturating_add(1), Ordering::Relaxed);
        let is_new = id > self.latest.load(Ordering::Relaxed);
        if is_new {
            self.latest.store(id, Ordering::Relaxed);
        }
        is_new
    }

    /// The next message is number `id`.
    ///
    /// The reference refuses what is beyond the message that it expects, which after two drops in a
    /// row may be one that it has already acknowledged; what counts is that nothing is left out.
    pub(crate) fn sequence(&self, id: i64) -> Result<(), SequenceError> {
        let latest = self.latest.load(Ordering::Relaxed);
        if id > latest.saturating_add(1) {
            return Err(SequenceError);
        }
        self.next.store(id, Ordering::Relaxed);
        // It sends again what has arrived: the acknowledgement was lost. Should it wait for one
        // before it sends anything new, it has to be told once more.
        self.told
            .fetch_min(id.saturating_sub(1).max(0), Ordering::Relaxed);
        Ok(())
    }

    /// There is a new transport: until its Sequence comes, what arrives is new.
    pub(crate) fn resumed(&self) {
        let latest = self.latest.load(Ordering::Relaxed);
        self.next.store(latest.saturating_add(1), Ordering::Relaxed);
    }

    /// The acknowledgement that is to be written now.
    pub(crate) fn due(&self) -> Option<i64> {
        let latest = self.latest.load(Ordering::Relaxed);
        (self.told.swap(latest, Ordering::Relaxed) < latest).then_some(latest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(messages: usize) -> Receipts {
        let receipts = Receipts::default();
        for _ in 0..messages {
            assert!(receipts.count());
        }
        receipts
    }

    #[test]
    fn what_comes_again_is_dropped_by_its_number() {
        let receipts = after(3);
        receipts.sequence(2).expect("2 and 3 come again");
        assert!(!receipts.count());
        assert!(!receipts.count());
        assert!(receipts.count());
    }

    #[test]
    fn a_sequence_may_go_back_any_number_of_times_and_never_too_far_on() {
        let receipts = after(3);
        assert_eq!(receipts.sequence(5), Err(SequenceError));
        assert_eq!(receipts.sequence(i64::MAX), Err(SequenceError));
        for id in [1, 4, 2, -7, i64::MIN, 4] {
            assert_eq!(receipts.sequence(id), Ok(()), "{id}");
        }
        assert!(receipts.count());
    }

    #[test]
    fn a_drop_while_messages_come_again_does_no_harm() {
        let receipts = after(5);
        receipts.sequence(1).expect("all come again");
        assert!(!receipts.count());
        // Meanwhile the acknowledgement of all five has arrived at the other end.
        receipts.resumed();
        receipts.sequence(6).expect("nothing is left out");
        assert!(receipts.count());
    }

    #[test]
    fn each_number_is_acknowledged_once_unless_the_other_end_does_not_know_it() {
        let receipts = after(2);
        assert_eq!(receipts.due(), Some(2));
        assert_eq!(receipts.due(), None);
        receipts.sequence(3).expect("it knows");
        assert_eq!(receipts.due(), None);
        receipts.sequence(1).expect("it does not");
        assert_eq!(receipts.due(), Some(2));
    }

    #[test]
    fn before_its_sequence_a_new_transport_brings_new_messages() {
        let receipts = after(3);
        receipts.sequence(1).expect("all come again");
        receipts.resumed();
        assert!(receipts.count());
    }
}
