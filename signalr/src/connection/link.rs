use std::ops::Range;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use super::Outbound;
use crate::protocol::{Frame, FrameReader, HubProtocol, ProtocolError};
use crate::transport::{Ending, Received, Transport, TransportError, TransportKind};

/// A transport with the bytes that have arrived and not yet been read as messages.
pub(crate) struct Link {
    transport: Box<dyn Transport>,
    inbound: Vec<u8>,
    /// Where in `inbound` the next message begins.
    at: usize,
    frames: FrameReader,
    /// Bytes of the payload under way.
    sending: usize,
}

/// What [`Link::poll_fill`] found.
pub(crate) enum Fill {
    Data,
    Closed,
    Dismissed,
    Lost(TransportError),
}

impl Link {
    pub(crate) fn new(transport: Box<dyn Transport>) -> Self {
        Self {
            transport,
            inbound: Vec::new(),
            at: 0,
            frames: FrameReader::default(),
            sending: 0,
        }
    }

    pub(crate) fn kind(&self) -> TransportKind {
        self.transport.kind()
    }

    /// Bytes that have arrived and not been read as a message.
    pub(crate) fn unread(&self) -> usize {
        self.inbound.len() - self.at
    }

    /// Takes in what has arrived.
    pub(crate) fn poll_fill(&mut self, cx: &mut Context<'_>) -> Poll<Fill> {
        Poll::Ready(
            match ready!(self.transport.poll_receive(cx, &mut self.inbound)) {
                Ok(Received::Data) => Fill::Data,
                Ok(Received::Closed) => Fill::Closed,
                Ok(Received::Dismissed) => Fill::Dismissed,
                Err(error) => Fill::Lost(error),
            },
        )
    }

    /// The next whole message among what has arrived: its body's place in [`bytes`](Self::bytes).
    pub(crate) fn next_frame(
        &mut self,
        protocol: HubProtocol,
        limit: Option<usize>,
    ) -> Result<Option<Range<usize>>, ProtocolError> {
        let frame = self
            .frames
            .next(protocol, &self.inbound[self.at..], limit)?;
        Ok(self.consume(frame))
    }

    /// The handshake, once it is whole.
    pub(crate) fn next_handshake(
        &mut self,
        limit: Option<usize>,
    ) -> Result<Option<Range<usize>>, ProtocolError> {
        let frame = self
            .frames
            .next_handshake(&self.inbound[self.at..], limit)?;
        Ok(self.consume(frame))
    }

    fn consume(&mut self, frame: Option<Frame>) -> Option<Range<usize>> {
        match frame {
            Some(Frame { body, consumed }) => {
                let body = self.at + body.start..self.at + body.end;
                self.at += consumed;
                Some(body)
            }
            None => {
                self.inbound.drain(..self.at);
                self.at = 0;
                if self.inbound.is_empty() {
                    // An idle connection holds no buffer.
                    self.inbound = Vec::new();
                }
                None
            }
        }
    }

    /// Lends the bytes out while a message among them is worked on; give them back with
    /// [`restore`](Self::restore).
    pub(crate) fn lend(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.inbound)
    }

    pub(crate) fn restore(&mut self, bytes: Vec<u8>) {
        self.inbound = bytes;
    }

    /// Sends what is queued, in as few payloads as the transport's pace allows; ready when the
    /// queue is empty and all is sent.
    pub(crate) fn poll_drain(
        &mut self,
        cx: &mut Context<'_>,
        outbound: &Arc<Outbound>,
        protocol: HubProtocol,
    ) -> Poll<Result<(), TransportError>> {
        loop {
            if self.sending > 0 {
                ready!(self.transport.poll_flush(cx))?;
                outbound.written(std::mem::take(&mut self.sending));
            }
            let Some(payload) = outbound.drain() else {
                return Poll::Ready(Ok(()));
            };
            self.sending = payload.len();
            self.transport
                .start_send(payload, protocol.transfer_format());
        }
    }

    /// Whether a payload is under way that the peer has not taken yet.
    pub(crate) fn is_sending(&self) -> bool {
        self.sending > 0
    }

    pub(crate) fn poll_close(&mut self, cx: &mut Context<'_>, ending: Ending) -> Poll<()> {
        self.transport.poll_close(cx, ending)
    }
}
