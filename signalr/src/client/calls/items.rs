use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;
use tracing::Span;

use super::InFlight;
use crate::client::{HubConnection, spans};
use crate::connection::QueueReader;
use crate::error::InvokeError;

/// The items of a stream as they come. Dropping it cancels the stream.
pub(in crate::client) struct Items<T> {
    reader: QueueReader<T, InvokeError>,
    _in_flight: InFlight,
    /// Keeps the connection open.
    _link: HubConnection,
    /// Over when the stream is.
    span: Span,
}

impl<T> Items<T> {
    pub(in crate::client) fn new(
        reader: QueueReader<T, InvokeError>,
        in_flight: InFlight,
        link: HubConnection,
        span: Span,
    ) -> Self {
        Self {
            reader,
            _in_flight: in_flight,
            _link: link,
            span,
        }
    }
}

impl<T> Stream for Items<T> {
    type Item = Result<T, InvokeError>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let item = ready!(self.reader.poll_next(cx));
        if let Some(Err(error)) = &item {
            spans::failed(&self.span, error);
        }
        Poll::Ready(item)
    }
}
