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
    /// Calls from the server came faster than their handlers ended, while a call to the server
    /// waited for its answer behind them.
    HandlersTooSlow,
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
            Self::HandlersTooSlow => f.write_str(
                "the server's calls came faster than their handlers end; let handlers hand long work to tasks of its own",
            ),
            Self::Aborted => f.write_str(
                "the runtime shut down, or the `Deserialize` of a received type panicked",
            ),
        }
    }
}
