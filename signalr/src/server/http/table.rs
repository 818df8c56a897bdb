use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use tokio::time::Instant;

use super::connection::HttpConnection;
use crate::connection::lock;

/// The connections that were negotiated, by token.
#[derive(Default)]
pub(in crate::server) struct ConnectionTable(Mutex<HashMap<Box<str>, Arc<HttpConnection>>>);

impl ConnectionTable {
    pub(super) fn add(&self, token: &str, connection: HttpConnection) {
        lock(&self.0).insert(token.into(), Arc::new(connection));
    }

    /// The connection with this token; a token is good only at the endpoint that gave it.
    pub(super) fn find(&self, token: &str, endpoint: usize) -> Option<Arc<HttpConnection>> {
        lock(&self.0)
            .get(token)
            .filter(|connection| connection.endpoint() == endpoint)
            .cloned()
    }

    pub(super) fn remove(&self, token: &str) {
        lock(&self.0).remove(token);
    }

    /// Ends the connections that have been without a transport for too long.
    pub(in crate::server) fn sweep(&self, now: Instant) {
        let mut lost = Vec::new();
        let mut table = lock(&self.0);
        table.retain(|_, connection| {
            let keep = !connection.is_overdue(now);
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
            connection.lose();
        }
    }
}
