//! One end of a WebSocket, framed by hand.
//!
//! The hub protocol treats what the other end sends as a stream of bytes, so payloads go straight
//! from the socket's bytes to the reader, never assembled into WebSocket messages. An idle
//! connection holds no buffer, a close is answered with the status of the reference (always 1000),
//! and many hub messages leave in one frame.

mod decoder;
mod frame;
mod mask;

use std::io::{self, IoSlice};
use std::mem::MaybeUninit;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use self::decoder::{Control, Decoder, Violation};
use self::frame::{FrameHeader, Opcode};
use super::{Ending, Received, Transport, TransportError, TransportKind};
use crate::protocol::TransferFormat;

/// The most that one look at the socket takes; on the stack, so idle connections hold nothing.
const READ_SIZE: usize = 4096;

/// The status of an end in good order.
const NORMAL: u16 = 1000;

/// Frames up to this size are copied behind their header: cheaper than a write of two pieces.
const JOIN_BELOW: usize = 1024;

pub(crate) struct WebSocket<S> {
    io: S,
    role: Role,
    /// Bytes that the HTTP layer had already read behind the request.
    early: Bytes,
    decoder: Decoder,
    sending: Sending,
    /// A pong or close to send after the current frame.
    control: Option<(FrameHeader, Bytes)>,
    close_sent: bool,
    close_received: bool,
    lost: bool,
    /// How it was lost, until that is told.
    failure: Option<TransportError>,
}

/// Which end this is.
enum Role {
    #[cfg(feature = "server")]
    Server,
    /// Its frames are masked.
    #[cfg(feature = "client")]
    Client(mask::Keys),
}

impl Role {
    /// Masks what is sent, if this end has to.
    fn seal(&mut self, opcode: Opcode, payload: Bytes) -> (FrameHeader, Bytes) {
        match self {
            #[cfg(feature = "server")]
            Self::Server => (FrameHeader::new(opcode, payload.len(), None), payload),
            #[cfg(feature = "client")]
            Self::Client(keys) => {
                let key = keys.next();
                let mut payload = payload
                    .try_into_mut()
                    .unwrap_or_else(|shared| shared[..].into());
                mask::apply(&mut payload, key, 0);
                let header = FrameHeader::new(opcode, payload.len(), Some(key));
                (header, payload.freeze())
            }
        }
    }

    fn is_client(&self) -> bool {
        match self {
            #[cfg(feature = "server")]
            Self::Server => false,
            #[cfg(feature = "client")]
            Self::Client(_) => true,
        }
    }
}

/// The frame on its way out.
#[derive(Default)]
struct Sending {
    header: FrameHeader,
    payload: Bytes,
    written: usize,
}

impl Sending {
    fn start(&mut self, (header, payload): (FrameHeader, Bytes)) {
        *self = Self {
            header,
            payload,
            written: 0,
        };
    }

    fn is_done(&self) -> bool {
        self.written == self.header.len() + self.payload.len()
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin + Send + 'static> WebSocket<S> {
    /// The server's end. `early` is what arrived behind the upgrade request.
    #[cfg(feature = "server")]
    pub(crate) fn server(io: S, early: Bytes) -> Self {
        Self::new(io, early, Role::Server)
    }

    /// The client's end of a connection that the server has just upgraded.
    #[cfg(feature = "client")]
    pub(crate) fn client(io: S) -> Self {
        Self::new(io, Bytes::new(), Role::Client(mask::Keys::default()))
    }

    fn new(io: S, early: Bytes, role: Role) -> Self {
        Self {
            io,
            // A copy: what is lent is a part of the HTTP layer's large buffer, even if it is empty.
            early: Bytes::copy_from_slice(&early),
            decoder: Decoder::new(!role.is_client()),
            role,
            sending: Sending::default(),
            control: None,
            close_sent: false,
            close_received: false,
            lost: false,
            failure: None,
        }
    }

    fn poll_read_some(
        &mut self,
        cx: &mut Context<'_>,
        into: &mut Vec<u8>,
    ) -> Poll<Result<Option<Control>, TransportError>> {
        if !self.early.is_empty() {
            let early = std::mem::take(&mut self.early);
            return Poll::Ready(match self.decoder.decode(&early, into) {
                Ok((used, control)) => {
                    self.early = early.slice(used..);
                    Ok(control)
                }
                Err(violation) => Err(self.refuse(cx, violation)),
            });
        }
        let mut space = [const { MaybeUninit::<u8>::uninit() }; READ_SIZE];
        let mut buffer = ReadBuf::uninit(&mut space);
        ready!(Pin::new(&mut self.io).poll_read(cx, &mut buffer)).map_err(TransportError::new)?;
        let filled = buffer.filled();
        if filled.is_empty() {
            return Poll::Ready(Err(TransportError::new(io::Error::from(
                io::ErrorKind::UnexpectedEof,
            ))));
        }
        Poll::Ready(match self.decoder.decode(filled, into) {
            Ok((used, control)) => {
                if used < filled.len() {
                    self.early = Bytes::copy_from_slice(&filled[used..]);
                }
                Ok(control)
            }
            Err(violation) => Err(self.refuse(cx, violation)),
        })
    }

    /// Says why the connection ends, if the socket takes it at once.
    fn refuse(&mut self, cx: &mut Context<'_>, violation: Violation) -> TransportError {
        if !self.close_sent {
            self.start_close(violation.status);
            let _ = self.poll_write_out(cx);
        }
        TransportError::new(violation)
    }

    fn start_close(&mut self, status: u16) {
        self.close_sent = true;
        let payload = Bytes::copy_from_slice(&status.to_be_bytes());
        self.control = Some(self.role.seal(Opcode::Close, payload));
    }

    fn take_control(&mut self, control: Control) -> Result<(), TransportError> {
        match control {
            Control::Ping(payload) => {
                if self.control.is_none() && !self.close_sent {
                    self.control = Some(self.role.seal(Opcode::Pong, payload));
                }
            }
            // A server's client may leave with any status; a client's server may not.
            Control::Close(status) if self.role.is_client() && status != NORMAL => {
                if !self.close_sent {
                    self.start_close(NORMAL);
                }
                return Err(TransportError::new(format!(
                    "the server closed the WebSocket with status {status}"
                )));
            }
            Control::Close(_) => self.close_received = true,
        }
        Ok(())
    }

    fn poll_write_out(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), TransportError>> {
        loop {
            while !self.sending.is_done() {
                let Sending {
                    header,
                    payload,
                    written,
                } = &self.sending;
                let head = header.as_slice().get(*written..).unwrap_or_default();
                let body = &payload[written.saturating_sub(header.len())..];
                let wrote = if head.is_empty() {
                    ready!(Pin::new(&mut self.io).poll_write(cx, body))
                } else if head.len() + body.len() <= JOIN_BELOW {
                    let mut joined = [0; JOIN_BELOW];
                    joined[..head.len()].copy_from_slice(head);
                    joined[head.len()..][..body.len()].copy_from_slice(body);
                    let joined = &joined[..head.len() + body.len()];
                    ready!(Pin::new(&mut self.io).poll_write(cx, joined))
                } else {
                    let slices = [IoSlice::new(head), IoSlice::new(body)];
                    ready!(Pin::new(&mut self.io).poll_write_vectored(cx, &slices))
                };
                match wrote {
                    Ok(0) => {
                        self.lost = true;
                        return Poll::Ready(Err(TransportError::new(io::Error::from(
                            io::ErrorKind::WriteZero,
                        ))));
                    }
                    Ok(count) => self.sending.written += count,
                    Err(error) => {
                        self.lost = true;
                        return Poll::Ready(Err(TransportError::new(error)));
                    }
                }
            }
            match self.control.take() {
                Some(frame) => self.sending.start(frame),
                None => {
                    self.sending = Sending::default();
                    return Pin::new(&mut self.io)
                        .poll_flush(cx)
                        .map_err(TransportError::new);
                }
            }
        }
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin + Send + 'static> Transport for WebSocket<S> {
    fn kind(&self) -> TransportKind {
        TransportKind::WebSockets
    }

    fn poll_receive(
        &mut self,
        cx: &mut Context<'_>,
        into: &mut Vec<u8>,
    ) -> Poll<Result<Received, TransportError>> {
        let before = into.len();
        loop {
            if self.close_received {
                return Poll::Ready(Ok(Received::Closed));
            }
            if self.lost {
                let failure = self.failure.take();
                return Poll::Ready(Err(
                    failure.unwrap_or_else(|| TransportError::new("the socket has ended"))
                ));
            }
            let outcome = match self.poll_read_some(cx, into) {
                Poll::Ready(Ok(Some(control))) => {
                    let taken = self.take_control(control);
                    if self.control.is_some() {
                        // Sent now if the socket takes it, else with the next flush.
                        let _ = self.poll_write_out(cx)?;
                    }
                    taken
                }
                Poll::Ready(outcome) => outcome.map(drop),
                Poll::Pending if into.len() > before => return Poll::Ready(Ok(Received::Data)),
                Poll::Pending => return Poll::Pending,
            };
            if let Err(error) = outcome {
                // The bytes first; the error comes with the next look.
                self.lost = true;
                self.failure = Some(error);
            }
            if into.len() > before {
                return Poll::Ready(Ok(Received::Data));
            }
        }
    }

    fn start_send(&mut self, payload: Bytes, format: TransferFormat) {
        debug_assert!(self.sending.is_done(), "a frame is still being sent");
        let opcode = match format {
            TransferFormat::Text => Opcode::Text,
            TransferFormat::Binary => Opcode::Binary,
        };
        self.sending.start(self.role.seal(opcode, payload));
    }

    fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), TransportError>> {
        self.poll_write_out(cx)
    }

    fn poll_close(&mut self, cx: &mut Context<'_>, ending: Ending) -> Poll<()> {
        if !self.close_sent {
            // Once the client has said Close, the reference answers 1000 whatever happened here.
            self.start_close(match ending {
                Ending::Fault if !self.close_received => 1011,
                Ending::Normal | Ending::Fault => NORMAL,
            });
        }
        if self.lost || ready!(self.poll_write_out(cx)).is_err() {
            return Poll::Ready(());
        }
        let mut ignored = Vec::new();
        while !self.close_received {
            match ready!(self.poll_read_some(cx, &mut ignored)) {
                Ok(Some(Control::Close(_))) => self.close_received = true,
                Ok(_) => ignored.clear(),
                Err(_) => return Poll::Ready(()),
            }
        }
        Pin::new(&mut self.io).poll_shutdown(cx).map(|_| ())
    }
}

#[cfg(test)]
mod tests;
