//! The MessagePack encoding: one array per message, behind its length.

mod cursor;
mod frame;
mod length;
mod primitive;
mod read;
mod value;
mod write;

pub(super) use frame::next_frame;
pub(super) use read::parse;
pub(super) use value::{decode, encode, next_element};
pub(super) use write::{
    write_ack, write_cancel_invocation, write_close, write_completion, write_invocation,
    write_ping, write_sequence, write_stream_item,
};
