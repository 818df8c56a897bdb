use std::borrow::Cow;
use std::error::Error;
use std::fmt;

/// Why a connection ended, where it did not end in good order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectionError {
    kind: Cow<'static, str>,
    message: Cow<'static, str>,
}

impl ConnectionError {
    /// An error with the name and the text that the reference gives it.
    #[must_use]
    pub fn new(kind: impl Into<Cow<'static, str>>, message: impl Into<Cow<'static, str>>) -> Self {
        Self {
            kind: kind.into(),
            message: message.into(),
        }
    }

    /// The reference's name for this failure, such as `InvalidDataException`.
    #[must_use]
    pub fn kind(&self) -> &str {
        &self.kind
    }
}

impl fmt::Display for ConnectionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Error for ConnectionError {}
