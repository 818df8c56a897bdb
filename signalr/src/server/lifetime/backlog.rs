//! What a backend has brought for a client that is slow to read.
//!
//! Those who send in this process wait for a slow client; a bus must not, or one client would
//! hold up all others.

use std::sync::Arc;

use crate::connection::lock;
use crate::server::connection::{Connection, Waiting};

/// Whether messages wait: what comes later has to wait behind them.
pub(super) fn is_waiting(connection: &Connection) -> bool {
    !lock(&connection.backlog).messages.is_empty()
}

/// Adds a message; `false` if there were more than `limit` bytes and the connection was let go.
pub(super) fn push(connection: &Arc<Connection>, waiting: Waiting, limit: usize) -> bool {
    let mut backlog = lock(&connection.backlog);
    if backlog.bytes + waiting.message.len() > limit {
        let messages = backlog.messages.len() + 1;
        backlog.messages.clear();
        backlog.bytes = 0;
        drop(backlog);
        let id = connection.id();
        connection.slow.dropped(id, messages, "backlog_full");
        connection.end_slow();
        return false;
    }
    let is_first = backlog.messages.is_empty();
    backlog.bytes += waiting.message.len();
    backlog.messages.push_back(waiting);
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
        if next.is_question {
            connection.outbound.push(&next.message).await;
        } else {
            connection
                .send_keyed(&next.message, next.key.as_ref())
                .await;
        }
        let mut backlog = lock(&connection.backlog);
        let Some(sent) = backlog.messages.pop_front() else {
            return;
        };
        backlog.bytes -= sent.message.len();
        if backlog.messages.is_empty() {
            return;
        }
    }
}
