use std::error::Error;
use std::fmt;
use std::time::Duration;

use super::{ConnectError, ConnectionState};
use crate::protocol::{HubProtocol, ProtocolError};
use crate::transport::{TransportError, TransportKind};

/// Why a connection could not be started. It is then in the disconnected state again.
#[derive(Debug)]
#[non_exhaustive]
pub enum StartError {
    /// It was not in the disconnected state, but in this one; nothing has changed.
    NotDisconnected(ConnectionState),
    /// It was stopped before it was connected.
    Stopped,
    /// No transport could be opened.
    Connect(ConnectError),
    /// The transport does not carry what the protocol writes.
    Format(TransportKind, HubProtocol),
    /// The server refused the handshake with this text.
    Refused(String),
    /// The server did not answer the handshake within this time.
    HandshakeTimeout(Duration),
    /// The server answered something that is no handshake.
    Malformed(ProtocolError),
    /// The transport ended before the server answered the handshake; the error says how if it did
    /// not end in good order.
    Closed(Option<TransportError>),
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotDisconnected(state) => write!(
                f,
                "only a disconnected connection can be started, and this one is {state}; await `stop` first"
            ),
            Self::Stopped => f.write_str("the connection was stopped before it was connected"),
            Self::Connect(error) => error.fmt(f),
            Self::Format(transport, protocol) => write!(
                f,
                "the transport '{transport}' does not carry the '{}' protocol's {} format",
                protocol.name(),
                protocol.transfer_format().as_str()
            ),
            Self::Refused(text) => write!(
                f,
                "unable to complete the handshake with the server due to an error: {text}"
            ),
            Self::HandshakeTimeout(after) => write!(
                f,
                "the server did not answer the handshake within {after:?}; is it a SignalR hub?"
            ),
            Self::Malformed(error) => {
                write!(
                    f,
                    "the server answered something that is no handshake: {error}"
                )
            }
            Self::Closed(None) => {
                f.write_str("the server disconnected before sending a handshake response")
            }
            Self::Closed(Some(error)) => {
                write!(f, "no handshake response came from the server: {error}")
            }
        }
    }
}

impl Error for StartError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Connect(error) => Some(error),
            Self::Malformed(error) => Some(error),
            Self::Closed(Some(error)) => Some(error),
            _ => None,
        }
    }
}

impl From<ConnectError> for StartError {
    fn from(error: ConnectError) -> Self {
        Self::Connect(error)
    }
}
