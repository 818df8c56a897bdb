//! A transport behind bytes that came another way.

use std::task::{Context, Poll};

use bytes::Bytes;

use super::{Ending, Received, Transport, TransportError, TransportKind};
use crate::protocol::TransferFormat;

/// Gives these bytes first, then what its transport receives.
pub(crate) struct Preceded {
    first: Vec<u8>,
    transport: Box<dyn Transport>,
}

impl Preceded {
    pub(crate) fn new(first: Vec<u8>, transport: Box<dyn Transport>) -> Self {
        Self { first, transport }
    }
}

impl Transport for Preceded {
    fn kind(&self) -> TransportKind {
        self.transport.kind()
    }

    fn poll_receive(
        &mut self,
        cx: &mut Context<'_>,
        into: &mut Vec<u8>,
    ) -> Poll<Result<Received, TransportError>> {
        if self.first.is_empty() {
            return self.transport.poll_receive(cx, into);
        }
        into.append(&mut self.first);
        self.first = Vec::new();
        Poll::Ready(Ok(Received::Data))
    }

    fn poll_end(&mut self, cx: &mut Context<'_>) -> Poll<Result<Received, TransportError>> {
        self.transport.poll_end(cx)
    }

    fn start_send(&mut self, payload: Bytes, format: TransferFormat) {
        self.transport.start_send(payload, format);
    }

    fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), TransportError>> {
        self.transport.poll_flush(cx)
    }

    fn poll_close(&mut self, cx: &mut Context<'_>, ending: Ending) -> Poll<()> {
        self.transport.poll_close(cx, ending)
    }
}
