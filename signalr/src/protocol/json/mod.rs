//! The JSON encoding: one object per message, ended by a record separator.

mod arguments;
mod plain;
pub(super) mod property;
mod read;
mod records;
mod scanner;
mod syntax_error;
mod text;
mod value;
mod write;

pub(super) use arguments::next_element;
pub(super) use read::parse;
pub(super) use scanner::Scanner;
pub(super) use value::{decode, encode};
pub(super) use write::{
    write_ack, write_cancel_invocation, write_close, write_completion, write_integer,
    write_invocation, write_ping, write_sequence, write_stream_item, write_text,
};

/// Ends every message. JSON cannot contain it: inside texts control characters are escaped.
pub(super) const RECORD_SEPARATOR: u8 = 0x1E;
