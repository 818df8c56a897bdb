use std::error::Error;
use std::fmt;

use super::{NegotiateError, TransportFailure};

/// Why no transport to the server could be opened.
#[derive(Debug)]
#[non_exhaustive]
pub enum ConnectError {
    /// The transport failed to open.
    Transport(Box<dyn Error + Send + Sync>),
    /// Negotiation failed.
    Negotiate(NegotiateError),
    /// None of the transports that the server offers came about, for these reasons.
    NoTransport(Vec<TransportFailure>),
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
            Self::Negotiate(error) => error.fmt(f),
            Self::NoTransport(failures) if failures.is_empty() => f.write_str(
                "none of the transports supported by the client are supported by the server",
            ),
            Self::NoTransport(failures) => {
                f.write_str(
                    "unable to connect to the server with any of the available transports: ",
                )?;
                for (at, failure) in failures.iter().enumerate() {
                    let separator = if at == 0 { "" } else { "; " };
                    write!(f, "{separator}{failure}")?;
                }
                Ok(())
            }
        }
    }
}

impl Error for ConnectError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Transport(cause) => Some(cause.as_ref()),
            Self::Negotiate(error) => Some(error),
            Self::NoTransport(failures) => Some(failures.first()?),
        }
    }
}

impl From<NegotiateError> for ConnectError {
    fn from(error: NegotiateError) -> Self {
        Self::Negotiate(error)
    }
}
