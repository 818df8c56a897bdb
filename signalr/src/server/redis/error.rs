use std::error::Error;
use std::fmt;
use std::time::Duration;

use crate::error::SendError;

/// Why something could not be done over Redis. The source of [`SendError::Backend`] and
/// [`ClientResultError::Backend`](crate::ClientResultError::Backend).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum BackplaneError {
    /// There is no connection to Redis now. Clients of this server have been served.
    Unavailable,
    /// The connection was lost meanwhile: the other servers may have got it or not. Clients of this
    /// server have been served.
    Lost,
    /// Redis did not take it in time. Clients of this server have been served.
    Busy(Duration),
    /// No server has acknowledged it within this time: that of the connection may have died, or
    /// may be cut off.
    NotAcknowledged(Duration),
    /// Redis accepts messages and does not send them on, for so long by now: the connection is
    /// given up.
    Deaf(Duration),
    /// Redis refused it, with this text.
    Refused(String),
}

impl fmt::Display for BackplaneError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unavailable => f.write_str("there is no connection to Redis"),
            Self::Lost => f.write_str("the connection to Redis was lost"),
            Self::Busy(after) => write!(f, "Redis took nothing for {after:?}"),
            Self::NotAcknowledged(after) => {
                write!(f, "no server has acknowledged it within {after:?}")
            }
            Self::Deaf(after) => write!(f, "a message did not come back within {after:?}"),
            Self::Refused(text) => write!(f, "Redis refused it: {text}"),
        }
    }
}

impl Error for BackplaneError {}

impl From<BackplaneError> for SendError {
    fn from(error: BackplaneError) -> Self {
        Self::Backend(Box::new(error))
    }
}
