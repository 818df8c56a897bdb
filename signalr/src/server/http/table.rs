use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::time::Instant;

use super::connection::HttpConnection;
use crate::connection::lock;

/// The connections that were negotiated, by token.
pub(in crate::server) struct ConnectionTable {
    connections: Mutex<HashMap<Box<str>, Arc<HttpConnection>>>,
    disconnect_timeout: Duration,
}

impl ConnectionTable {
    pub(in crate::server) fn new(disconnect_timeout: Duration) -> Self {
        Self {
            connections: Mutex::default(),
            disconnect_timeout,
        }
    }

    pub(super) fn add(&self, token: &str, connection: HttpConnection) {
        lock(&self.connections).insert(token.into(), Arc::new(connection));
    }

    /// The connection with this token; a token is good only at the endpoint that gave it.
    pub(super) fn find(&self, token: &str, endpoint: usize) -> Option<Arc<HttpConnection>> {
        lock(&self.connections)
            .get(token)
            .filter(|connection| connection.endpoint() == endpoint)
            .cloned()
    }

    pub(super) fn remove(&self, token: &str) {
        lock(&self.connections).remove(token);
    }

    /// Ends all that is there: the requests that wait are answered.
    pub(in crate::server) fn end_all(&self) {
        let all = std::mem::take(&mut *lock(&self.connections));
        all.values().for_each(|connection| connection.end());
    }

    /// Ends the connections that have been without a transport for too long.
    pub(in crate::server) fn sweep(&self, now: Instant) {
        let mut lost = Vec::new();
        let mut table = lock(&self.connections);
        table.retain(|_, connection| {
            let keep = !connection.is_overdue(now, self.disconnect_timeout);
            if !keep {
                lost.push(Arc::clone(connection));
            }
            keep
        });
        // A flood of negotiations must not make every later look at the table a long one.
        if table.capacity() > 64 + 8 * table.len() {
            table.shrink_to_fit();
        }
        drop(table);
        for connection in lost {
            tracing::debug!(
                connection = connection.id(),
                "without a transport for too long"
            );
            connection.timed_out().set();
            connection.lose();
        }
    }
}
