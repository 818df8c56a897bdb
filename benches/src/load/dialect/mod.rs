//! What a call looks like in each protocol.

mod json;
mod json_rpc;
mod message_pack;
mod socket_io;

use clap::ValueEnum;
use serde::{Deserialize, Serialize};

use super::Failure;

/// Ends each message of the JSON hub protocol, and in [`Connection`](super::Connection) each
/// message of the protocols with one message to a frame.
pub(super) const END: u8 = 0x1e;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
pub(crate) enum Dialect {
    /// The hub protocol in JSON.
    Json,
    /// The hub protocol in MessagePack.
    MessagePack,
    SocketIo,
    JsonRpc,
}

/// What a client sends.
#[derive(Debug, Clone, Copy)]
pub(super) enum Request<'a> {
    Call {
        id: u64,
        target: &'a str,
        text: &'a str,
    },
    Stream {
        id: u64,
        target: &'a str,
        count: u64,
    },
    Upload {
        id: u64,
        target: &'a str,
    },
    /// An item of the upload.
    Item(u64),
    /// The end of the upload.
    EndOfItems,
    Ping,
}

/// What a server sends.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Event<'a> {
    /// The end of a call, with its result.
    Answer(u64, Value<'a>),
    /// A message that this client did not ask for.
    Pushed(&'a str),
    Item(u64),
    /// Nothing that a scenario waits for.
    Other,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Value<'a> {
    Nothing,
    Text(&'a str),
    Number(u64),
}

impl Dialect {
    pub(super) fn is_binary(self) -> bool {
        self == Self::MessagePack
    }

    /// Whether the protocol ends its messages itself, across frames.
    pub(super) fn is_framed(self) -> bool {
        matches!(self, Self::Json | Self::MessagePack)
    }

    /// Where to connect.
    pub(super) fn path(self, path: &str) -> String {
        match self {
            Self::SocketIo => format!("{path}?EIO=4&transport=websocket"),
            _ => path.to_owned(),
        }
    }

    pub(super) fn write(self, request: Request<'_>, into: &mut Vec<u8>) -> Result<(), Failure> {
        match self {
            Self::Json => json::write(request, into),
            Self::MessagePack => message_pack::write(request, into),
            Self::SocketIo => socket_io::write(request, into),
            Self::JsonRpc => json_rpc::write(request, into),
        }
    }

    /// The body of the message at the start, if it is whole, and how many bytes it takes up.
    pub(super) fn cut(self, bytes: &[u8]) -> Option<(&[u8], usize)> {
        if self == Self::MessagePack {
            return message_pack::cut(bytes);
        }
        let end = bytes.iter().position(|&byte| byte == END)?;
        Some((&bytes[..end], end + 1))
    }

    pub(super) fn read(self, message: &[u8]) -> Result<Event<'_>, Failure> {
        match self {
            Self::Json => json::read(message),
            Self::MessagePack => message_pack::read(message),
            Self::SocketIo => socket_io::read(message),
            Self::JsonRpc => json_rpc::read(message),
        }
    }
}

fn unknown(message: &[u8]) -> Failure {
    format!("not expected: {}", message.escape_ascii()).into()
}

fn not_offered() -> Failure {
    "not offered".into()
}

/// A value in JSON. Texts hold nothing that is escaped.
fn json_value(raw: Option<&serde_json::value::RawValue>) -> Result<Value<'_>, Failure> {
    let Some(raw) = raw else {
        return Ok(Value::Nothing);
    };
    let raw = raw.get();
    match raw.strip_prefix('"').and_then(|raw| raw.strip_suffix('"')) {
        Some(text) => Ok(Value::Text(text)),
        None if raw == "null" => Ok(Value::Nothing),
        None => Ok(Value::Number(raw.parse()?)),
    }
}
