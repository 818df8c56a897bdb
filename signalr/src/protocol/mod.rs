//! The hub protocol: messages, their two encodings, framing and the handshake.
//!
//! Pure functions from bytes to messages and back. Nothing here waits, reads a socket or knows what
//! a hub is, so the server, the client and a backplane share it, and a contract crate compiles it
//! without an async runtime.
//!
//! Reading goes in three steps, each of which can be paid for separately:
//!
//! 1. [`FrameReader`] finds where a message ends in what has arrived.
//! 2. [`HubProtocol::parse`] reads the [`Message`]'s envelope and borrows the rest; values stay
//!    encoded.
//! 3. [`ArgumentReader`] and [`RawValue::decode`] give the values their types, when it is known
//!    which.
//!
//! Writing is one step: `HubProtocol::write_*` appends a whole framed message to a buffer.

mod argument;
mod arguments;
mod bind_error;
mod decode_error;
mod encode_error;
mod frame;
mod handshake;
mod headers;
mod hub_protocol;
mod json;
mod message;
#[cfg(feature = "messagepack")]
mod messagepack;
mod outgoing;
mod protocol_error;
mod raw_value;
mod transfer_format;

pub use argument::{Argument, ValueWriter};
pub use arguments::{ArgumentReader, RawArguments};
pub use bind_error::BindError;
pub use decode_error::DecodeError;
pub use encode_error::EncodeError;
pub use frame::{Frame, FrameReader};
pub use handshake::{
    HandshakeRequest, parse_request, parse_response, write_request, write_response,
};
pub use headers::Headers;
pub use hub_protocol::HubProtocol;
pub use message::{
    CancelInvocation, Close, Completion, CompletionOutcome, Invocation, Message, StreamItem,
};
pub use outgoing::{Outcome, OutgoingInvocation};
pub use protocol_error::ProtocolError;
pub use raw_value::RawValue;
pub use transfer_format::TransferFormat;
