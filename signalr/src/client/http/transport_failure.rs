use std::error::Error;
use std::fmt;

use super::RequestError;
use crate::protocol::TransferFormat;
use crate::transport::TransportKind;

/// A transport that the server offers and that did not come about.
#[derive(Debug)]
pub struct TransportFailure {
    /// The transport, as the server calls it.
    pub transport: String,
    /// What stood in the way.
    pub reason: WhyNot,
}

/// Why a transport did not come about.
#[derive(Debug)]
#[non_exhaustive]
pub enum WhyNot {
    /// This client does not know it.
    Unknown,
    /// The client was built without it.
    Disabled,
    /// It does not carry what the hub protocol writes.
    Format(TransferFormat),
    /// It could not be opened.
    Failed(RequestError),
}

impl TransportFailure {
    pub(super) fn failed(transport: TransportKind, error: RequestError) -> Self {
        Self {
            transport: transport.as_str().to_owned(),
            reason: WhyNot::Failed(error),
        }
    }
}

impl fmt::Display for TransportFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { transport, reason } = self;
        match reason {
            WhyNot::Unknown => write!(f, "'{transport}' is not known to this client"),
            WhyNot::Disabled => write!(f, "'{transport}' is disabled by the client"),
            WhyNot::Format(format) => {
                let format = format.as_str();
                write!(f, "'{transport}' does not carry the '{format}' format")
            }
            WhyNot::Failed(error) => {
                write!(f, "'{transport}' failed: {error}")?;
                f.write_str(remedy(transport, error))
            }
        }
    }
}

fn remedy(transport: &str, error: &RequestError) -> &'static str {
    let is_web_socket = transport == TransportKind::WebSockets.as_str();
    match error.status() {
        Some(401 | 403) => "; the access token of this request was not accepted",
        Some(404) if is_web_socket => {
            "; either this is not a SignalR endpoint, or the connection is not known to the server that got the request, or a proxy blocks WebSockets; with several servers, check that sticky sessions are enabled"
        }
        Some(404) => {
            "; the connection is not known to the server that got the request; with several servers, check that sticky sessions are enabled"
        }
        Some(200..=299 | 400 | 426 | 501) if is_web_socket => {
            "; does a proxy on the way block WebSockets, or drop the `Upgrade` header?"
        }
        Some(502..=504) => "; a proxy answered in the server's place: is the server running?",
        _ => "",
    }
}

impl Error for TransportFailure {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.reason {
            WhyNot::Failed(error) => Some(error),
            _ => None,
        }
    }
}
