use std::error::Error;
use std::fmt;

/// Why no transport to the server could be opened.
#[derive(Debug)]
#[non_exhaustive]
pub enum ConnectError {
    /// The transport failed to open.
    Transport(Box<dyn Error + Send + Sync>),
}

impl ConnectError {
    /// Wraps what the transport said.
    pub fn transport(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Transport(cause.into())
    }
}

impl fmt::Display for ConnectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Transport(cause) => write!(f, "the transport could not be opened: {cause}"),
        }
    }
}

impl Error for ConnectError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Transport(cause) => Some(cause.as_ref()),
        }
    }
}
