use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::time::Instant;

use super::{MessageKey, SlowConsumers, Tally};
use crate::connection::lock;
use crate::server::metrics;

/// How often a client's losses are logged at most.
const LOG_PERIOD: Duration = Duration::from_secs(10);

/// One client, as far as it is slow.
pub(in crate::server) struct SlowConsumer {
    key: Option<MessageKey>,
    tally: Arc<Tally>,
    log: Mutex<Log>,
}

#[derive(Default)]
struct Log {
    unlogged: usize,
    logged: Option<Instant>,
}

impl SlowConsumer {
    pub(in crate::server) fn new(policy: &SlowConsumers, tally: Arc<Tally>) -> Self {
        Self {
            key: policy.key().cloned(),
            tally,
            log: Mutex::default(),
        }
    }

    pub(in crate::server) fn key(&self) -> Option<&MessageKey> {
        self.key.as_ref()
    }

    /// So many messages for it were dropped.
    pub(in crate::server) fn dropped(
        &self,
        connection_id: &str,
        messages: usize,
        reason: &'static str,
    ) {
        metrics::dropped(reason, messages);
        self.tally.dropped(messages);
        let mut log = lock(&self.log);
        log.unlogged += messages;
        let now = Instant::now();
        if log.logged.is_some_and(|logged| now - logged < LOG_PERIOD) {
            return;
        }
        log.logged = Some(now);
        let messages = std::mem::take(&mut log.unlogged);
        drop(log);
        warn(connection_id, messages);
    }

    /// It was ended because it was too slow.
    pub(in crate::server) fn ended(&self, reason: &'static str) {
        metrics::send_failed(reason);
        self.tally.ended();
    }

    /// The connection has ended: what was not logged is logged now.
    pub(in crate::server) fn left(&self, connection_id: &str) {
        let messages = std::mem::take(&mut lock(&self.log).unlogged);
        if messages > 0 {
            warn(connection_id, messages);
        }
    }
}

fn warn(connection: &str, messages: usize) {
    tracing::warn!(connection, messages, "dropped messages for a slow client");
}
