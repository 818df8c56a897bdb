use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::InvokeError;
use crate::protocol::Argument;

/// Calls the methods of a hub: what a typed hub client is built on.
///
/// The client's `HubConnection` implements it; a test can implement it to see what is called.
pub trait Caller: Clone + Send + Sync + 'static {
    /// Calls a method and waits for its result. Dropping the future cancels the call.
    fn invoke<R>(
        &self,
        method: &str,
        arguments: &[&dyn Argument],
        uploads: Vec<Upload>,
    ) -> Reply<R>
    where
        R: DeserializeOwned + Send + 'static;

    /// Calls a method without waiting for an answer.
    fn notify(&self, method: &str, arguments: &[&dyn Argument], uploads: Vec<Upload>) -> Reply<()>;

    /// Calls a method that answers with a stream. Dropping the stream cancels it on the server.
    fn stream<T>(
        &self,
        method: &str,
        arguments: &[&dyn Argument],
        uploads: Vec<Upload>,
    ) -> StartedStream<T>
    where
        T: DeserializeOwned + Send + 'static;
}

/// One item of an upload stream: a value, or the text with which the stream fails.
pub type UploadItem = Result<Box<dyn Argument + Send>, String>;

/// An upload stream among the arguments of a call.
pub struct Upload(Pin<Box<dyn Stream<Item = UploadItem> + Send>>);

impl Upload {
    /// Uploads the items of `stream`.
    pub fn new<S>(stream: S) -> Self
    where
        S: Stream + Send + 'static,
        S::Item: Serialize + Send + 'static,
    {
        Self::mapped(stream, |item| Ok(Box::new(item)))
    }

    /// Uploads the items of a stream that may fail: its first error ends the upload, and the hub is
    /// told the error's text.
    pub fn fallible<S, T, E>(stream: S) -> Self
    where
        S: Stream<Item = Result<T, E>> + Send + 'static,
        T: Serialize + Send + 'static,
        E: fmt::Display,
    {
        Self::mapped(stream, |item| match item {
            Ok(item) => Ok(Box::new(item)),
            Err(error) => Err(error.to_string()),
        })
    }

    fn mapped<S>(stream: S, map: fn(S::Item) -> UploadItem) -> Self
    where
        S: Stream + Send + 'static,
    {
        Self(Box::pin(Items {
            stream: Box::pin(stream),
            map,
        }))
    }
}

struct Items<S: Stream> {
    stream: Pin<Box<S>>,
    map: fn(S::Item) -> UploadItem,
}

impl<S: Stream> Stream for Items<S> {
    type Item = UploadItem;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<UploadItem>> {
        let next = self.stream.as_mut().poll_next(cx);
        next.map(|item| item.map(self.map))
    }
}

impl Stream for Upload {
    type Item = UploadItem;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<UploadItem>> {
        self.0.as_mut().poll_next(cx)
    }
}

impl fmt::Debug for Upload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Upload").finish_non_exhaustive()
    }
}

/// A call on its way; resolves to the hub's answer.
#[must_use = "nothing is called until the future is awaited"]
pub struct Reply<R>(Pin<Box<dyn Future<Output = Result<R, InvokeError>> + Send>>);

impl<R> Reply<R> {
    /// Wraps the future that calls and waits.
    pub fn new(future: impl Future<Output = Result<R, InvokeError>> + Send + 'static) -> Self {
        Self(Box::pin(future))
    }

    /// Calls the call off when `stop` is ready before it, such as `token.cancelled_owned()`: it then
    /// fails with [`InvokeError::Cancelled`]. Dropping the future does the same without a word.
    pub fn cancel_when(self, stop: impl Future<Output = ()> + Send + 'static) -> Self
    where
        R: 'static,
    {
        let mut call = Some(self);
        let mut stop = Box::pin(stop);
        Self::new(poll_fn(move |cx| {
            let answer = call
                .as_mut()
                .map_or(Poll::Pending, |call| Pin::new(call).poll(cx));
            if answer.is_pending() && stop.as_mut().poll(cx).is_ready() {
                call = None;
                return Poll::Ready(Err(InvokeError::Cancelled));
            }
            answer
        }))
    }
}

impl<R> Future for Reply<R> {
    type Output = Result<R, InvokeError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.0.as_mut().poll(cx)
    }
}

impl<R> fmt::Debug for Reply<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reply").finish_non_exhaustive()
    }
}

/// A call that answers with a stream, on its way; resolves to the stream.
pub type StartedStream<T> = Reply<ReplyStream<T>>;

/// The items of a hub's stream; an `Err` is its last item. Dropping it cancels the stream.
#[must_use = "dropping the stream cancels it"]
pub struct ReplyStream<T>(Pin<Box<dyn Stream<Item = Result<T, InvokeError>> + Send>>);

impl<T> ReplyStream<T> {
    /// Wraps the stream of items.
    pub fn new(stream: impl Stream<Item = Result<T, InvokeError>> + Send + 'static) -> Self {
        Self(Box::pin(stream))
    }
}

impl<T> Stream for ReplyStream<T> {
    type Item = Result<T, InvokeError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.as_mut().poll_next(cx)
    }
}

impl<T> fmt::Debug for ReplyStream<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReplyStream").finish_non_exhaustive()
    }
}
