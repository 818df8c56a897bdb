//! What a backend has brought for a client that is slow to read.
//!
//! Those who send in this process wait for a slow client; a bus must not, or one client would
//! hold up all others.

use std::sync::Arc;

use bytes::Bytes;

use crate::connection::lock;
use crate::error::ConnectionError;
use crate::server::connection::Connection;
use crate::server::end::End;
use crate::server::metrics;

/// Whether messages wait: what comes later has to wait behind them.
pub(super) fn is_waiting(connection: &Connection) -> bool {
    !lock(&connection.backlog).messages.is_empty()
}

/// Adds a message; `false` if there were more than `limit` bytes and the connection was let go.
pub(super) fn push(connection: &Arc<Connection>, message: &Bytes, limit: usize) -> bool {
    let mut backlog = lock(&connection.backlog);
    if backlog.bytes + message.len() > limit {
        metrics::dropped("backlog_full", backlog.messages.len() + 1);
        backlog.messages.clear();
        backlog.bytes = 0;
        drop(backlog);
        tracing::warn!(
            connection = connection.id(),
            limit,
            "a client that does not take its messages was let go"
        );
        connection.end_with(End::Failed(ConnectionError::new(
            "IOException",
            "The client was too slow to take its messages.",
        )));
        return false;
    }
    let is_first = backlog.messages.is_empty();
    backlog.bytes += message.len();
    backlog.messages.push_back(message.clone());
    drop(backlog);
    if is_first {
        tokio::spawn(drain(Arc::clone(connection)));
    }
    true
}

/// Queues the messages as room comes up. A message leaves the backlog only once it is queued, so
/// that nothing overtakes it.
async fn drain(connection: Arc<Connection>) {
    loop {
        let Some(next) = lock(&connection.backlog).messages.front().cloned() else {
            return;
        };
        connection.send(&next).await;
        let mut backlog = lock(&connection.backlog);
        let Some(sent) = backlog.messages.pop_front() else {
            return;
        };
        backlog.bytes -= sent.len();
        if backlog.messages.is_empty() {
            return;
        }
    }
}
