use std::error::Error;
use std::fmt;
use std::time::Duration;

use crate::protocol::ProtocolError;

/// Why a client's connection to a hub ended.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum CloseReason {
    /// The client stopped it, or dropped its last handle.
    Stopped,
    /// The server said Close.
    Server {
        /// Why, if it ended the connection because of an error.
        error: Option<String>,
        /// Whether the server lets the client connect again by itself.
        allow_reconnect: bool,
    },
    /// The server closed the transport in good order, but did not say Close.
    TransportClosed,
    /// The transport was lost; the text says how.
    TransportLost(String),
    /// Nothing came from the server for this long.
    ServerTimeout(Duration),
    /// The server broke the protocol.
    Protocol(ProtocolError),
    /// The server sent a message of more bytes than `maximum_receive_message_size` allows.
    MessageTooLarge {
        /// The limit in bytes.
        limit: usize,
    },
    /// Calls from the server came faster than their handlers ended, while a call to the server
    /// waited for its answer behind them.
    HandlersTooSlow,
    /// The connection was lost and could not be made again: the retry policy gave up.
    ReconnectFailed {
        /// How many tries were made.
        attempts: u32,
        /// How much time they took, from the loss on.
        elapsed: Duration,
        /// Why the last one failed.
        last: String,
    },
    /// The connection's task ended before its time: the runtime shut down, or the `Deserialize` of
    /// a received type panicked.
    Aborted,
}

impl CloseReason {
    /// Whether the connection ended in good order: nothing failed.
    #[must_use]
    pub fn is_orderly(&self) -> bool {
        matches!(
            self,
            Self::Stopped | Self::TransportClosed | Self::Server { error: None, .. }
        )
    }

    /// Whether a connection that ended so may connect again by itself: it was lost, and the server
    /// does not forbid it. Starting it anew is always allowed.
    #[must_use]
    pub fn allows_reconnect(&self) -> bool {
        match self {
            Self::Server {
                allow_reconnect, ..
            } => *allow_reconnect,
            Self::TransportClosed
            | Self::TransportLost(_)
            | Self::ServerTimeout(_)
            | Self::Protocol(_)
            | Self::MessageTooLarge { .. }
            | Self::HandlersTooSlow => true,
            Self::Stopped | Self::ReconnectFailed { .. } | Self::Aborted => false,
        }
    }
}

impl Error for CloseReason {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Protocol(error) => Some(error),
            _ => None,
        }
    }
}

impl fmt::Display for CloseReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stopped => f.write_str("the client stopped the connection"),
            Self::Server { error: None, .. } => f.write_str("the server closed the connection"),
            Self::Server {
                error: Some(error), ..
            } => write!(
                f,
                "the server closed the connection with the following error: {error}"
            ),
            Self::TransportClosed => f.write_str("the server closed the transport"),
            Self::TransportLost(how) => f.write_str(how),
            Self::ServerTimeout(after) => write!(
                f,
                "nothing came from the server for {after:?}; is its keep-alive interval less than half of the client's server time-out?"
            ),
            Self::Protocol(error) => write!(f, "the server broke the protocol: {error}"),
            Self::MessageTooLarge { limit } => write!(
                f,
                "the server sent a message of more than {limit} bytes; `maximum_receive_message_size` sets the limit"
            ),
            Self::HandlersTooSlow => f.write_str(
                "the server's calls came faster than their handlers end; let handlers hand long work to tasks of its own",
            ),
            Self::ReconnectFailed {
                attempts,
                elapsed,
                last,
            } => write!(
                f,
                "the connection was lost and could not be made again in {attempts} attempts and {elapsed:?}; the last failed because {last}"
            ),
            Self::Aborted => f.write_str(
                "the runtime shut down, or the `Deserialize` of a received type panicked",
            ),
        }
    }
}
