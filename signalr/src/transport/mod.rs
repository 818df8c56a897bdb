//! Ordered bytes both ways between a client and a server, whatever carries them.

#[cfg(any(feature = "client", feature = "server"))]
pub(crate) mod event_stream;
#[cfg(feature = "testing")]
pub mod memory;
#[cfg(feature = "server")]
pub(crate) mod preceded;
#[cfg(feature = "server")]
pub(crate) mod requests;
#[cfg(any(feature = "client", feature = "server"))]
mod transports;
#[cfg(any(feature = "client", feature = "server"))]
pub(crate) mod websocket;

#[cfg(any(feature = "client", feature = "server"))]
pub use transports::Transports;

use std::error::Error;
use std::fmt;
use std::task::{Context, Poll};

use bytes::Bytes;

use crate::protocol::TransferFormat;

/// What carries a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TransportKind {
    /// One WebSocket.
    WebSockets,
    /// An event stream down, POST requests up.
    ServerSentEvents,
    /// One GET after the other down, POST requests up.
    LongPolling,
    /// A pair of ends in one process.
    Memory,
}

impl TransportKind {
    /// The name that negotiation uses.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::WebSockets => "WebSockets",
            Self::ServerSentEvents => "ServerSentEvents",
            Self::LongPolling => "LongPolling",
            Self::Memory => "Memory",
        }
    }

    /// The name that metrics use.
    #[cfg(all(feature = "metrics", any(feature = "client", feature = "server")))]
    pub(crate) const fn tag(self) -> &'static str {
        match self {
            Self::WebSockets => "web_sockets",
            Self::ServerSentEvents => "server_sent_events",
            Self::LongPolling => "long_polling",
            Self::Memory => "memory",
        }
    }

    /// Whether the other end can be lost without a word, so that pings are needed.
    #[cfg(any(feature = "client", feature = "server"))]
    pub(crate) const fn needs_pings(self) -> bool {
        !matches!(self, Self::LongPolling)
    }

    /// Whether the transport carries messages of this format.
    #[must_use]
    pub const fn carries(self, format: TransferFormat) -> bool {
        matches!(format, TransferFormat::Text) || !matches!(self, Self::ServerSentEvents)
    }
}

impl fmt::Display for TransportKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What [`Transport::poll_receive`] found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Received {
    /// Bytes were appended.
    Data,
    /// The other end closed in good order; nothing more will come.
    Closed,
    /// The other end has asked for the end and still listens: it can be told Close.
    Dismissed,
}

/// How the transport is told to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// In good order: WebSocket status 1000.
    Normal,
    /// The application failed: WebSocket status 1011.
    Fault,
}

/// One end of a connection: ordered bytes both ways.
///
/// A payload given to [`start_send`](Self::start_send) holds whole hub messages and arrives as one
/// piece where the transport has pieces. What arrives may be cut anywhere.
pub trait Transport: Send + 'static {
    /// What carries the bytes.
    fn kind(&self) -> TransportKind;

    /// Appends bytes that have arrived to `into`.
    ///
    /// # Errors
    /// The connection was lost.
    fn poll_receive(
        &mut self,
        cx: &mut Context<'_>,
        into: &mut Vec<u8>,
    ) -> Poll<Result<Received, TransportError>>;

    /// Notices that the connection has ended, while nothing more can be taken in. Never ready
    /// with data. A transport that learns of its end only by reading keeps the default.
    ///
    /// # Errors
    /// The connection was lost.
    fn poll_end(&mut self, _: &mut Context<'_>) -> Poll<Result<Received, TransportError>> {
        Poll::Pending
    }

    /// Takes one payload to send. Only called when [`poll_flush`](Self::poll_flush) was ready
    /// since the last call.
    fn start_send(&mut self, payload: Bytes, format: TransferFormat);

    /// Sends on; ready when all that was taken has been handed to the network.
    ///
    /// # Errors
    /// The connection was lost.
    fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), TransportError>>;

    /// Ends the connection; ready when the other end has agreed or is gone.
    fn poll_close(&mut self, cx: &mut Context<'_>, ending: Ending) -> Poll<()>;
}

/// The connection was lost, or the other end broke the transport's rules.
#[derive(Debug)]
pub struct TransportError(Box<dyn Error + Send + Sync>);

impl TransportError {
    /// Wraps what the network said.
    pub fn new(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self(cause.into())
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the connection was lost: {}", self.0)
    }
}

impl Error for TransportError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(self.0.as_ref())
    }
}
