use std::sync::Arc;

use slab::Slab;

use super::{EncodedMessage, backlog};
use crate::server::connection::Connection;

/// A list of connections: joining and leaving cost the same however long it is.
#[derive(Default)]
pub(super) struct Members(Slab<Arc<Connection>>);

impl Members {
    pub(super) fn add(&mut self, connection: &Arc<Connection>) -> usize {
        self.0.insert(Arc::clone(connection))
    }

    pub(super) fn remove(&mut self, place: usize) {
        self.0.try_remove(place);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Arc<Connection>> {
        self.0.iter().map(|(_, connection)| connection)
    }
}

/// A message on its way to many: who has room gets it at once, the others are waited for
/// together.
pub(super) struct FanOut {
    message: EncodedMessage,
    waiting: Vec<Arc<Connection>>,
    behind_backlog: bool,
}

impl FanOut {
    pub(super) fn new(message: EncodedMessage) -> Self {
        Self {
            message,
            waiting: Vec::new(),
            behind_backlog: false,
        }
    }

    /// For a message of the bus, which must not overtake those before it.
    pub(super) fn behind_backlog(message: EncodedMessage) -> Self {
        Self {
            behind_backlog: true,
            ..Self::new(message)
        }
    }

    pub(super) fn offer(&mut self, connection: &Arc<Connection>) {
        // A connection whose protocol is missing came after the message was written.
        if let Some(bytes) = self.message.get(connection.protocol())
            && (self.behind_backlog && backlog::is_waiting(connection)
                || !connection.try_send(bytes))
        {
            self.waiting.push(Arc::clone(connection));
        }
    }

    /// Leaves the message to those who have no room in their backlogs; how many clients were let
    /// go because theirs is longer than `limit` bytes.
    pub(super) fn leave_behind(self, limit: usize) -> usize {
        let Self {
            message, waiting, ..
        } = self;
        waiting
            .into_iter()
            .filter(|connection| {
                message
                    .get(connection.protocol())
                    .is_some_and(|bytes| !backlog::push(connection, bytes, limit))
            })
            .count()
    }

    pub(super) async fn finish(self) {
        let message = &self.message;
        futures_util::future::join_all(self.waiting.iter().map(|connection| async move {
            if let Some(bytes) = message.get(connection.protocol()) {
                connection.send(bytes).await;
            }
        }))
        .await;
    }
}
