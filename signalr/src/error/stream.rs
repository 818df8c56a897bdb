use std::error::Error;
use std::fmt;

/// Why an upload stream ended before its end.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum StreamError {
    /// The client ended the stream with this error.
    Client(String),
    /// An item had another type than the hub method reads; the text says how.
    Item(String),
    /// The connection closed.
    Closed,
}

impl StreamError {
    /// The reference's name for this failure.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Client(_) | Self::Item(_) => "HubException",
            Self::Closed => "OperationCanceledException",
        }
    }

    pub(crate) fn is_visible(&self) -> bool {
        !matches!(self, Self::Closed)
    }
}

impl fmt::Display for StreamError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Client(text) | Self::Item(text) => f.write_str(text),
            Self::Closed => f.write_str("The underlying connection was closed."),
        }
    }
}

impl Error for StreamError {}
