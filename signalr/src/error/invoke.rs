use std::error::Error;
use std::fmt;
use std::time::Duration;

use super::CloseReason;
use crate::protocol::{DecodeError, EncodeError};

/// Why a call from a client to a hub failed.
#[derive(Debug)]
#[non_exhaustive]
pub enum InvokeError {
    /// The server answered with this error.
    Hub(String),
    /// The connection is not in the connected state; start it, or wait for its reconnect.
    NotConnected,
    /// The connection ended before the answer came.
    Closed(CloseReason),
    /// It was called off with [`Reply::cancel_when`](crate::contract::Reply::cancel_when). The
    /// server may have carried it out.
    Cancelled,
    /// No answer came, or no connection was there to send it over, for this long. The server may
    /// have carried it out.
    TimedOut(Duration),
    /// An argument could not be written; nothing was sent.
    Encode(EncodeError),
    /// The call's message has more bytes than
    /// `maximum_send_message_size` says that the server takes; nothing was sent.
    TooLarge {
        /// The message's size in bytes.
        size: usize,
        /// The limit.
        limit: usize,
    },
    /// The answer is of another type than the contract says.
    Decode(DecodeError),
    /// The server's answer does not fit the call, such as an item for a call without a stream.
    Unexpected(&'static str),
    /// The stream's items were not read while another call waited for its answer behind them.
    Overrun,
}

impl fmt::Display for InvokeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Hub(text) => f.write_str(text),
            Self::NotConnected => f.write_str(
                "the connection is not active; call `start` first, or let calls wait for it with `wait_for_connection`",
            ),
            Self::Closed(reason) => write!(f, "the connection closed before the answer: {reason}"),
            Self::Cancelled => f.write_str("the call was cancelled"),
            Self::TimedOut(after) => write!(f, "the call was not answered within {after:?}"),
            Self::Encode(error) => write!(f, "an argument could not be written: {error}"),
            Self::TooLarge { size, limit } => write!(
                f,
                "the message has {size} bytes, but the server takes {limit} at most; raise its `MaximumReceiveMessageSize`, or send the data as an upload stream"
            ),
            Self::Decode(error) => write!(f, "the answer has another type: {error}"),
            Self::Unexpected(what) => f.write_str(what),
            Self::Overrun => f.write_str(
                "the stream's items were not read while another call waited behind them; read the stream beside the call, or drop it",
            ),
        }
    }
}

impl Error for InvokeError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Closed(reason) => Some(reason),
            Self::Encode(error) => Some(error),
            Self::Decode(error) => Some(error),
            _ => None,
        }
    }
}
