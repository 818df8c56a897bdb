//! What people and the server say.

use serde::{Deserialize, Serialize};

/// One entry of a conversation.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq)]
pub struct Message {
    /// When, in microseconds since 1970; no two messages share it.
    pub at: u64,
    /// Which sort of message.
    pub kind: Kind,
    /// Who said it.
    pub from: String,
    /// The only other person who may read it, for a whisper.
    pub to: Option<String>,
    /// What a note is called.
    pub title: Option<String>,
    /// What was said.
    pub text: String,
}

/// The sorts of messages.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Said to the room.
    Said,
    /// A longer text, shared with the room.
    Note,
    /// Said to one person.
    Whisper,
    /// Said by the server.
    Notice,
}

impl Message {
    /// What `from` says to the room.
    #[must_use]
    pub fn said(at: u64, from: &str, text: String) -> Self {
        Self::new(at, Kind::Said, from, text)
    }

    /// What `from` says to `to` alone.
    #[must_use]
    pub fn whisper(at: u64, from: &str, to: String, text: String) -> Self {
        Self {
            to: Some(to),
            ..Self::new(at, Kind::Whisper, from, text)
        }
    }

    /// What `from` shares with the room.
    #[must_use]
    pub fn note(at: u64, from: &str, title: String, text: String) -> Self {
        Self {
            title: Some(title),
            ..Self::new(at, Kind::Note, from, text)
        }
    }

    /// What the server says about `about`.
    #[must_use]
    pub fn notice(at: u64, about: &str, text: String) -> Self {
        Self::new(at, Kind::Notice, about, text)
    }

    fn new(at: u64, kind: Kind, from: &str, text: String) -> Self {
        Self {
            at,
            kind,
            from: from.to_owned(),
            to: None,
            title: None,
            text,
        }
    }
}
