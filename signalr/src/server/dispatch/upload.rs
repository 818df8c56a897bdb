use std::collections::HashMap;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use futures_core::Stream;
use serde::de::DeserializeOwned;

use super::CallState;
use crate::connection::{Offer, QueueReader, QueueWriter, queue};
use crate::error::StreamError;
use crate::protocol::RawValue;
use crate::server::running::panicked;

/// A stream that the client uploads: a parameter of a hub method.
///
/// At most [`stream_buffer_capacity`](crate::server::HubOptions::stream_buffer_capacity) items
/// wait to be read; then everything behind them on the connection waits too, as in ASP.NET Core.
/// An `Err` is the last item. When the method returns, later items are ignored.
pub struct UploadStream<T>(QueueReader<T, StreamError>);

impl<T> UploadStream<T> {
    /// A stream of these items, for calling a hub method in a test.
    #[must_use]
    pub fn from_items(items: impl IntoIterator<Item = T>) -> Self {
        let (writer, reader) = queue(usize::MAX);
        for item in items {
            writer.offer(item);
        }
        writer.end(Ok(()));
        Self(reader)
    }
}

impl<T> Stream for UploadStream<T> {
    type Item = Result<T, StreamError>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_next(cx)
    }
}

impl<T> fmt::Debug for UploadStream<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UploadStream").finish_non_exhaustive()
    }
}

pub(super) fn upload<T: DeserializeOwned + Send + 'static>(
    capacity: usize,
) -> (Box<dyn UploadSink>, UploadStream<T>) {
    let (writer, reader) = queue(capacity);
    (Box::new(Sink { writer, held: None }), UploadStream(reader))
}

/// What became of an uploaded item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::server) enum Accepted {
    Taken,
    /// It is held until there is room; nothing else may be read meanwhile.
    Held,
    /// The stream takes no more.
    Over,
}

/// The writing end of an upload stream, apart from its items' type.
pub(in crate::server) trait UploadSink: Send {
    fn item(&mut self, item: &RawValue<'_>, detailed: bool) -> Accepted;

    /// Tries the held item again.
    fn poll_held(&mut self, cx: &mut Context<'_>) -> Poll<Accepted>;

    fn end(&mut self, end: Result<(), StreamError>);
}

struct Sink<T> {
    writer: QueueWriter<T, StreamError>,
    held: Option<T>,
}

impl<T> Sink<T> {
    fn offer(&mut self, item: T) -> Accepted {
        match self.writer.offer(item) {
            Offer::Taken => Accepted::Taken,
            Offer::Full(item) => {
                self.held = Some(item);
                Accepted::Held
            }
            Offer::Gone => Accepted::Over,
        }
    }
}

impl<T: DeserializeOwned + Send + 'static> UploadSink for Sink<T> {
    fn item(&mut self, item: &RawValue<'_>, detailed: bool) -> Accepted {
        // The item's type is the application's, and so is the code that reads it.
        let detail = match catch_unwind(AssertUnwindSafe(|| item.decode::<T>())) {
            Ok(Ok(item)) => return self.offer(item),
            Ok(Err(error)) => {
                tracing::debug!(%error, "an upload item has another type");
                format!("JsonException: {error}")
            }
            Err(panic) => {
                let error = panicked(&*panic);
                tracing::error!(%error, "reading an upload item failed");
                format!("{}: {error}", error.kind())
            }
        };
        let base = "Failed to bind Stream message.";
        let text = if detailed {
            format!("{base} {detail}")
        } else {
            base.to_owned()
        };
        self.writer.end(Err(StreamError::Item(text)));
        Accepted::Over
    }

    fn poll_held(&mut self, cx: &mut Context<'_>) -> Poll<Accepted> {
        loop {
            let Some(item) = self.held.take() else {
                return Poll::Ready(Accepted::Taken);
            };
            match self.offer(item) {
                Accepted::Held => ready!(self.writer.poll_room(cx)),
                done => return Poll::Ready(done),
            }
        }
    }

    fn end(&mut self, end: Result<(), StreamError>) {
        self.writer.end(end);
    }
}

impl<T> Drop for Sink<T> {
    fn drop(&mut self) {
        self.writer.end(Err(StreamError::Closed));
    }
}

/// The upload streams of one connection, by id.
#[derive(Default)]
pub(in crate::server) struct Uploads {
    by_id: HashMap<Box<str>, Upload>,
    /// The streams of each call that has some, so that the end of a call costs no search.
    by_owner: HashMap<CallKey, Owned>,
}

/// Tells calls apart: the address of a state, which lives as long as its call.
#[derive(PartialEq, Eq, Hash)]
struct CallKey(usize);

impl CallKey {
    fn of(state: &Arc<CallState>) -> Self {
        Self(Arc::as_ptr(state).addr())
    }
}

/// The streams of one call.
#[derive(Default)]
struct Owned {
    ids: Vec<Box<str>>,
    /// Streams whose id was given to a later one: they get nothing more and, as in the
    /// reference, do not end before their call does.
    replaced: Vec<Box<dyn UploadSink>>,
}

struct Upload {
    owner: Arc<CallState>,
    sink: Box<dyn UploadSink>,
}

impl Uploads {
    pub(super) fn insert(&mut self, id: &str, owner: Arc<CallState>, sink: Box<dyn UploadSink>) {
        let of_owner = self.by_owner.entry(CallKey::of(&owner)).or_default();
        of_owner.ids.push(id.into());
        if let Some(earlier) = self.by_id.insert(id.into(), Upload { owner, sink })
            && let Some(of_earlier) = self.by_owner.get_mut(&CallKey::of(&earlier.owner))
        {
            of_earlier.replaced.push(earlier.sink);
        }
    }

    pub(in crate::server) fn get(&mut self, id: &str) -> Option<&mut Box<dyn UploadSink>> {
        self.by_id.get_mut(id).map(|upload| &mut upload.sink)
    }

    pub(in crate::server) fn remove(&mut self, id: &str) -> Option<Box<dyn UploadSink>> {
        self.by_id.remove(id).map(|upload| upload.sink)
    }

    /// Forgets the streams of a call that has ended.
    pub(in crate::server) fn release(&mut self, owner: &Arc<CallState>) {
        let Some(Owned { ids, .. }) = self.by_owner.remove(&CallKey::of(owner)) else {
            return;
        };
        for id in ids {
            let is_own = |upload: &Upload| Arc::ptr_eq(&upload.owner, owner);
            if self.by_id.get(&id).is_some_and(is_own) {
                self.by_id.remove(&id);
            }
        }
    }

    pub(in crate::server) fn clear(&mut self) {
        self.by_id.clear();
        self.by_owner.clear();
    }
}
