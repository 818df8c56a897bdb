use std::sync::Arc;

use bytes::Bytes;
use slab::Slab;

use super::{EncodedMessage, backlog};
use crate::server::connection::{Connection, Waiting};

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
    /// Where a later message may make this one worthless.
    key: Option<Arc<str>>,
    waiting: Vec<Arc<Connection>>,
    behind_backlog: bool,
}

impl FanOut {
    pub(super) fn new(message: EncodedMessage, key: Option<Arc<str>>) -> Self {
        Self {
            message,
            key,
            waiting: Vec::new(),
            behind_backlog: false,
        }
    }

    /// For a message of the bus, which must not overtake those before it.
    pub(super) fn behind_backlog(message: EncodedMessage, key: Option<Arc<str>>) -> Self {
        Self {
            behind_backlog: true,
            ..Self::new(message, key)
        }
    }

    pub(super) fn offer(&mut self, connection: &Arc<Connection>) {
        // A connection whose protocol is missing came after the message was written.
        if let Some(bytes) = self.message.get(connection.protocol())
            && (self.behind_backlog && backlog::is_waiting(connection)
                || !self.try_send(connection, bytes))
        {
            self.waiting.push(Arc::clone(connection));
        }
    }

    fn try_send(&self, connection: &Connection, bytes: &Bytes) -> bool {
        if self.message.is_question() {
            connection.outbound.try_push(bytes)
        } else {
            connection.offer(bytes, self.key.as_ref())
        }
    }

    /// Leaves the message to those who have no room in their backlogs; how many clients were let
    /// go because theirs is longer than `limit` bytes.
    pub(super) fn leave_behind(self, limit: usize) -> usize {
        let Self {
            message,
            key,
            waiting,
            ..
        } = self;
        waiting
            .into_iter()
            .filter(|connection| {
                message.get(connection.protocol()).is_some_and(|bytes| {
                    let waiting = Waiting {
                        message: bytes.clone(),
                        key: key.clone(),
                        is_question: message.is_question(),
                    };
                    !backlog::push(connection, waiting, limit)
                })
            })
            .count()
    }

    pub(super) async fn finish(self) {
        let Self { message, key, .. } = &self;
        futures_util::future::join_all(self.waiting.iter().map(|connection| async move {
            match message.get(connection.protocol()) {
                Some(bytes) if message.is_question() => connection.outbound.push(bytes).await,
                Some(bytes) => connection.send_keyed(bytes, key.as_ref()).await,
                None => {}
            }
        }))
        .await;
    }
}
