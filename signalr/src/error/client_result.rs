use std::error::Error;
use std::fmt;

use crate::protocol::EncodeError;

/// Why a client did not answer a question of the server.
#[derive(Debug)]
#[non_exhaustive]
pub enum ClientResultError {
    /// The client answered with an error of its own, or not as the contract says.
    Client(String),
    /// No connection has this id.
    UnknownConnection(String),
    /// The connection with this id ended before the answer came.
    Disconnected(String),
    /// A question was asked where no answer can be read: in `on_connected`.
    NotAllowed,
    /// An argument could not be written; nothing was sent.
    Encode(EncodeError),
    /// The scale-out backend failed.
    Backend(Box<dyn Error + Send + Sync>),
}

impl ClientResultError {
    /// The reference's name for this failure.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Client(_) => "HubException",
            Self::UnknownConnection(_) | Self::Disconnected(_) | Self::Backend(_) => "IOException",
            Self::NotAllowed => "InvalidOperationException",
            Self::Encode(_) => "JsonException",
        }
    }

    pub(crate) fn is_visible(&self) -> bool {
        matches!(self, Self::Client(_))
    }
}

impl fmt::Display for ClientResultError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Client(text) => f.write_str(text),
            Self::UnknownConnection(id) => write!(f, "Connection '{id}' does not exist."),
            Self::Disconnected(id) => write!(f, "Connection '{id}' disconnected."),
            Self::NotAllowed => {
                f.write_str("Client results inside OnConnectedAsync Hub methods are not allowed.")
            }
            Self::Encode(error) => write!(f, "an argument could not be written: {error}"),
            Self::Backend(error) => write!(f, "the scale-out backend failed: {error}"),
        }
    }
}

impl Error for ClientResultError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Encode(error) => Some(error),
            Self::Backend(error) => Some(error.as_ref()),
            _ => None,
        }
    }
}
