//! How a connection ended.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How a connection ended, spelled as in the vectors: `{"code":1000}`, `{"abrupt":true}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum End {
    /// A WebSocket Close with this code; 1005 stands for none.
    Code(u16),
    /// The socket ended without a Close.
    Abrupt(bool),
    /// The response of an event stream ended.
    Ended(bool),
    /// A poll was answered with this status.
    Status(u16),
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Code(code) => write!(f, "the end by a Close with code {code}"),
            Self::Abrupt(_) => write!(f, "the end of the socket without a Close"),
            Self::Ended(_) => write!(f, "the end of the event stream"),
            Self::Status(status) => write!(f, "the end by a poll with status {status}"),
        }
    }
}
