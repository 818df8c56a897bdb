use std::error::Error;
use std::fmt;

use crate::protocol::EncodeError;

/// Why a message could not be sent to clients.
///
/// A receiver that is gone is no error: as in ASP.NET Core, sending to an unknown connection,
/// group or user does nothing.
#[derive(Debug)]
#[non_exhaustive]
pub enum SendError {
    /// An argument could not be written; nothing was sent.
    Encode(EncodeError),
    /// The message breaks a rule of the hub, such as an empty group name.
    Invalid(&'static str),
    /// The scale-out backend did not take the message.
    Backend(Box<dyn Error + Send + Sync>),
}

impl SendError {
    /// The reference's name for this failure.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Encode(_) => "JsonException",
            Self::Invalid(_) => "InvalidOperationException",
            Self::Backend(_) => "IOException",
        }
    }
}

impl fmt::Display for SendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Encode(error) => write!(f, "an argument could not be written: {error}"),
            Self::Invalid(rule) => f.write_str(rule),
            Self::Backend(error) => write!(f, "the scale-out backend failed: {error}"),
        }
    }
}

impl Error for SendError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Encode(error) => Some(error),
            Self::Invalid(_) => None,
            Self::Backend(error) => Some(error.as_ref()),
        }
    }
}

impl From<EncodeError> for SendError {
    fn from(error: EncodeError) -> Self {
        Self::Encode(error)
    }
}
