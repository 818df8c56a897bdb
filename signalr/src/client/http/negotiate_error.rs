use std::error::Error;
use std::fmt;

use super::RequestError;

/// Why negotiation with the server failed.
#[derive(Debug)]
#[non_exhaustive]
pub enum NegotiateError {
    /// The request failed; the server's status and text are in it, if there are any.
    Request(RequestError),
    /// The server refused with this text.
    Refused(String),
    /// It is a server of ASP.NET SignalR, the product before ASP.NET Core SignalR.
    AspNetSignalR,
    /// What the server answered is no negotiation.
    Malformed(String),
    /// Each of 100 servers sent the client to the next.
    TooManyRedirects,
}

impl fmt::Display for NegotiateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Request(error) => {
                write!(f, "negotiation with the server failed: {error}")?;
                f.write_str(remedy(error.status()))
            }
            Self::Refused(text) => f.write_str(text),
            Self::AspNetSignalR => f.write_str(
                "the server is an ASP.NET SignalR server, which speaks another protocol; this client talks to ASP.NET Core SignalR servers, see https://aka.ms/signalr-core-differences",
            ),
            Self::Malformed(what) => write!(
                f,
                "the server's answer is no negotiation: {what}; is the URL that of a SignalR endpoint?"
            ),
            Self::TooManyRedirects => f.write_str("negotiate redirection limit exceeded"),
        }
    }
}

fn remedy(status: Option<u16>) -> &'static str {
    match status {
        Some(401) => "; the endpoint wants a user: give the builder an `access_token_provider`",
        Some(403) => "; the endpoint knows the user and refuses: the token lacks a right",
        Some(404) => {
            "; either this is not a SignalR endpoint, so the URL's path is wrong, or a proxy blocks the connection"
        }
        Some(405) => {
            "; this path takes no POST: is it a SignalR endpoint, or does a proxy change the method?"
        }
        Some(407) => "; the proxy wants a user name and a password: put them into its URL",
        Some(502..=504) => "; a proxy answered in the server's place: is the server running?",
        _ => "",
    }
}

impl Error for NegotiateError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Request(error) => Some(error),
            _ => None,
        }
    }
}

impl From<RequestError> for NegotiateError {
    fn from(error: RequestError) -> Self {
        Self::Request(error)
    }
}
