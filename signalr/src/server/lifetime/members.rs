use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;

use super::{EncodedMessage, backlog};
use crate::server::connection::{Connection, Waiting};

/// A list of connections: joining and leaving cost the same however long it is, and looking
/// through it costs what is in it, however long it was before.
#[derive(Default)]
pub(super) struct Members(Vec<Member>);

struct Member {
    connection: Arc<Connection>,
    place: Place,
}

/// Where a connection stands in a list, kept right by the list while it is locked.
#[derive(Debug, Clone, Default)]
pub(in crate::server) struct Place(Arc<AtomicUsize>);

impl Place {
    fn get(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }

    fn set(&self, place: usize) {
        self.0.store(place, Ordering::Relaxed);
    }
}

impl Members {
    pub(super) fn add(&mut self, connection: &Arc<Connection>) -> Place {
        let place = Place::default();
        place.set(self.0.len());
        self.0.push(Member {
            connection: Arc::clone(connection),
            place: place.clone(),
        });
        place
    }

    /// Takes out the connection that stands there.
    pub(super) fn remove(&mut self, place: &Place) {
        let place = place.get();
        drop(self.0.swap_remove(place));
        if let Some(moved) = self.0.get(place) {
            moved.place.set(place);
        }
        if self.0.len() < self.0.capacity() / 4 {
            self.0.shrink_to(self.0.len() * 2);
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Arc<Connection>> {
        self.0.iter().map(|member| &member.connection)
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
