use std::sync::Arc;

use slab::Slab;

use super::EncodedMessage;
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
}

impl FanOut {
    pub(super) fn new(message: EncodedMessage) -> Self {
        Self {
            message,
            waiting: Vec::new(),
        }
    }

    pub(super) fn offer(&mut self, connection: &Arc<Connection>) {
        // A connection whose protocol is missing came after the message was written.
        if let Some(bytes) = self.message.get(connection.protocol())
            && !connection.try_send(bytes)
        {
            self.waiting.push(Arc::clone(connection));
        }
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
