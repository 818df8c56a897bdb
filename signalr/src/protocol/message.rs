use std::borrow::Cow;

use super::{Headers, RawArguments, RawValue};

/// A message as it was received, borrowing from the frame it came in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Message<'a> {
    /// A method is to be called (types 1 and 4).
    Invocation(Invocation<'a>),
    /// A stream goes on (type 2).
    StreamItem(StreamItem<'a>),
    /// A call or stream has ended (type 3).
    Completion(Completion<'a>),
    /// A stream is to end early (type 5).
    CancelInvocation(CancelInvocation<'a>),
    /// The peer is alive (type 6).
    Ping,
    /// The peer ends the connection (type 7).
    Close(Close<'a>),
    /// Stateful reconnect: every counted message up to this one has been received (type 8).
    Ack(i64),
    /// Stateful reconnect: the number of the next counted message (type 9).
    Sequence(i64),
    /// A type of some later protocol version, to be skipped.
    Unknown(i64),
}

impl Message<'_> {
    /// Whether stateful reconnect counts this message (types 1 to 5).
    #[must_use]
    pub fn is_counted(&self) -> bool {
        match self {
            Self::Invocation(_)
            | Self::StreamItem(_)
            | Self::Completion(_)
            | Self::CancelInvocation(_) => true,
            Self::Ping | Self::Close(_) | Self::Ack(_) | Self::Sequence(_) | Self::Unknown(_) => {
                false
            }
        }
    }
}

/// The call of a method.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Invocation<'a> {
    /// What the caller's infrastructure adds.
    pub headers: Headers<'a>,
    /// What the answer has to name; none if the caller wants no answer. Never empty, and always
    /// there if `streaming`.
    pub invocation_id: Option<Cow<'a, str>>,
    /// The method's name, as sent. JSON lets it be empty.
    pub target: Cow<'a, str>,
    /// The arguments, without the streams among them.
    pub arguments: RawArguments<'a>,
    /// The ids under which the caller sends the items of its stream arguments, in parameter order.
    pub stream_ids: Vec<Cow<'a, str>>,
    /// Whether the caller awaits a stream (type 4) and not a single result.
    pub streaming: bool,
}

/// One item of a stream.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StreamItem<'a> {
    /// What the sender's infrastructure adds.
    pub headers: Headers<'a>,
    /// The stream's id. JSON lets it be empty.
    pub invocation_id: Cow<'a, str>,
    /// The item.
    pub item: RawValue<'a>,
    /// Whether the item was written before the stream's id.
    ///
    /// ASP.NET Core ignores an item for an unknown stream, but closes the connection if the item
    /// came first.
    pub item_before_id: bool,
}

/// The end of a call or stream.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Completion<'a> {
    /// What the sender's infrastructure adds.
    pub headers: Headers<'a>,
    /// The id of the call or stream, never empty.
    pub invocation_id: Cow<'a, str>,
    /// How it ended.
    pub outcome: CompletionOutcome<'a>,
}

/// How a call or stream ended.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum CompletionOutcome<'a> {
    /// It failed, with this text.
    Error(Cow<'a, str>),
    /// It ended without a result: a stream, or a method without a value.
    Void,
    /// It returned this, which may be an encoded null.
    Result(RawValue<'a>),
}

/// The wish to end a stream early.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CancelInvocation<'a> {
    /// What the sender's infrastructure adds.
    pub headers: Headers<'a>,
    /// The id of the stream's invocation, never empty.
    pub invocation_id: Cow<'a, str>,
}

/// The end of a connection.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Close<'a> {
    /// Why, if it ends because of an error.
    pub error: Option<Cow<'a, str>>,
    /// Whether the other side may connect again by itself.
    pub allow_reconnect: bool,
}
