use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;

use super::InFlight;
use crate::client::HubConnection;
use crate::connection::QueueReader;
use crate::error::InvokeError;

/// The items of a stream as they come. Dropping it cancels the stream.
pub(in crate::client) struct Items<T> {
    reader: QueueReader<T, InvokeError>,
    _in_flight: InFlight,
    /// Keeps the connection open.
    _link: HubConnection,
}

impl<T> Items<T> {
    pub(in crate::client) fn new(
        reader: QueueReader<T, InvokeError>,
        in_flight: InFlight,
        link: HubConnection,
    ) -> Self {
        Self {
            reader,
            _in_flight: in_flight,
            _link: link,
        }
    }
}

impl<T> Stream for Items<T> {
    type Item = Result<T, InvokeError>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.reader.poll_next(cx)
    }
}
