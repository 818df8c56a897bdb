use std::error::Error;
use std::fmt;

/// An encoded value does not fit the type it was decoded to.
///
/// Displays as its cause.
#[derive(Debug)]
pub struct DecodeError {
    cause: Box<dyn Error + Send + Sync>,
}

impl DecodeError {
    pub(super) fn new(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        let cause = cause.into();
        Self { cause }
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.cause.fmt(f)
    }
}

impl Error for DecodeError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.cause.source()
    }
}
