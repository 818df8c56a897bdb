use crate::error::{ConnectionError, HubError};
use crate::protocol::ProtocolError;

/// How a connection ends: what the client is told and what the hub learns.
#[derive(Debug, Clone)]
pub(crate) enum End {
    /// The client broke a rule, stayed silent, or the like; it may reconnect.
    Failed(ConnectionError),
    /// `on_connected` failed; the hub is not told that the connection ended.
    Refused { text: String },
    /// The application ended it.
    Aborted,
    /// The application ended it and tells the client why.
    Disconnected { reason: String },
    /// The client said Close, perhaps with an error.
    ClientClosed(Option<String>),
    /// The client was let go, by its own wish or by the server's; it may reconnect.
    Released,
    /// The other end closed the transport in good order, or it was lost; nothing can be said.
    TransportGone { cause: Option<ConnectionError> },
}

const BASE: &str = "Connection closed with an error.";

impl End {
    pub(crate) fn refused(error: &HubError, detailed: bool) -> Self {
        Self::Refused {
            text: error.describe(BASE, detailed),
        }
    }

    /// The Close message: its error and whether the client may reconnect.
    pub(crate) fn close_message(&self, detailed: bool) -> Option<(Option<String>, bool)> {
        match self {
            Self::Failed(error) if detailed => {
                Some((Some(format!("{BASE} {}: {error}", error.kind())), true))
            }
            Self::Failed(_) => Some((Some(BASE.to_owned()), true)),
            Self::Refused { text } | Self::Disconnected { reason: text } => {
                Some((Some(text.clone()), false))
            }
            Self::Aborted | Self::ClientClosed(_) => Some((None, false)),
            Self::Released => Some((None, true)),
            Self::TransportGone { .. } => None,
        }
    }

    /// What `on_disconnected` is given.
    pub(crate) fn cause(&self) -> Option<ConnectionError> {
        match self {
            Self::Failed(error) => Some(error.clone()),
            Self::ClientClosed(Some(text)) | Self::Disconnected { reason: text } => {
                Some(ConnectionError::new("HubException", text.clone()))
            }
            Self::TransportGone { cause } => cause.clone(),
            Self::Refused { .. } | Self::Aborted | Self::ClientClosed(None) | Self::Released => {
                None
            }
        }
    }
}

impl From<ProtocolError> for End {
    fn from(error: ProtocolError) -> Self {
        Self::Failed(ConnectionError::new(error.kind(), error.to_string()))
    }
}
