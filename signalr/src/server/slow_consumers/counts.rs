use std::sync::atomic::{AtomicU64, Ordering};

/// What clients that were too slow have cost, since the server was built.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct SlowConsumerCounts {
    /// Messages that were dropped; one for each client that did not get it.
    pub dropped_messages: u64,
    /// Connections that were ended: by [`Disconnect`](super::SlowConsumers::Disconnect), because a write
    /// or an acknowledgement took longer than the
    /// [send time-out](crate::EndpointOptions::transport_send_timeout), or because too much that a
    /// backplane brought waited.
    pub ended_connections: u64,
}

/// The same, while it is counted.
#[derive(Debug, Default)]
pub(in crate::server) struct Tally {
    dropped: AtomicU64,
    ended: AtomicU64,
}

impl Tally {
    pub(in crate::server) fn counts(&self) -> SlowConsumerCounts {
        SlowConsumerCounts {
            dropped_messages: self.dropped.load(Ordering::Relaxed),
            ended_connections: self.ended.load(Ordering::Relaxed),
        }
    }

    pub(super) fn dropped(&self, messages: usize) {
        self.dropped.fetch_add(messages as u64, Ordering::Relaxed);
    }

    pub(super) fn ended(&self) {
        self.ended.fetch_add(1, Ordering::Relaxed);
    }
}
