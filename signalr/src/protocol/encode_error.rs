use std::error::Error;
use std::fmt;

/// A value could not be encoded, so its message was not written.
///
/// Displays as its cause. Nothing of the message is left in the buffer, and the connection is as
/// good as before.
#[derive(Debug)]
pub struct EncodeError {
    cause: Box<dyn Error + Send + Sync>,
}

impl EncodeError {
    /// An error with this cause, for an [`Argument`](super::Argument) written by hand.
    pub fn new(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        let cause = cause.into();
        Self { cause }
    }
}

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.cause.fmt(f)
    }
}

impl Error for EncodeError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.cause.source()
    }
}
