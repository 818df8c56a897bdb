use std::error::Error;
use std::fmt;
use std::time::Duration;

use http::StatusCode;

use super::BoxError;

/// Why a request to the server failed.
#[derive(Debug)]
#[non_exhaustive]
pub enum RequestError {
    /// The access token provider failed.
    AccessToken(BoxError),
    /// No answer came: the server could not be reached, or the network failed. The text never
    /// holds the connection's token.
    Unreachable(String),
    /// No answer came within this time.
    TimedOut(Duration),
    /// The server answered with another status than was wanted.
    Status {
        /// The HTTP status.
        status: u16,
        /// The begin of the answer's text, at most 4 KiB.
        body: String,
    },
    /// The server answered something that is not what was asked for.
    Unexpected(String),
}

impl RequestError {
    /// Says what failed with all its causes, and without the URL, which holds the connection's
    /// token.
    pub(super) fn network(error: reqwest::Error) -> Self {
        Self::Unreachable(describe(error))
    }

    pub(super) fn status(&self) -> Option<u16> {
        match self {
            Self::Status { status, .. } => Some(*status),
            _ => None,
        }
    }
}

/// The text of an error and of all its causes, without the URL.
pub(super) fn describe(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let more = error.to_string();
        if !text.contains(&more) {
            text.push_str(": ");
            text.push_str(&more);
        }
        cause = error.source();
    }
    text
}

impl fmt::Display for RequestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AccessToken(cause) => {
                write!(f, "the access token could not be fetched: {cause}")
            }
            Self::Unreachable(how) => f.write_str(how),
            Self::TimedOut(after) => write!(f, "the server did not answer within {after:?}"),
            Self::Status { status, body } => {
                write!(f, "the server answered with status {status}")?;
                if let Some(reason) = StatusCode::from_u16(*status)
                    .ok()
                    .and_then(|status| status.canonical_reason())
                {
                    write!(f, " ({reason})")?;
                }
                let body = body.trim();
                if !body.is_empty() {
                    write!(f, ": {body}")?;
                }
                Ok(())
            }
            Self::Unexpected(what) => f.write_str(what),
        }
    }
}

impl Error for RequestError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::AccessToken(cause) => Some(cause.as_ref()),
            _ => None,
        }
    }
}
