use super::length;
use super::primitive::{
    write_array, write_boolean, write_integer, write_map, write_optional_text, write_text,
};
use crate::protocol::{
    Argument, EncodeError, HubProtocol, Outcome, OutgoingInvocation, ValueWriter,
};

pub(in crate::protocol) fn write_invocation(
    out: &mut Vec<u8>,
    invocation: &OutgoingInvocation<'_>,
) -> Result<(), EncodeError> {
    fallible(out, |out| {
        write_array(out, 6);
        write_integer(out, if invocation.streaming { 4 } else { 1 });
        write_headers(out, invocation.headers);
        write_optional_text(out, invocation.invocation_id);
        write_text(out, invocation.target);
        write_array(out, invocation.arguments.len());
        for argument in invocation.arguments {
            write_value(out, *argument)?;
        }
        write_array(out, invocation.stream_ids.len());
        for id in invocation.stream_ids {
            write_text(out, id);
        }
        Ok(())
    })
}

pub(in crate::protocol) fn write_stream_item(
    out: &mut Vec<u8>,
    invocation_id: &str,
    item: &dyn Argument,
) -> Result<(), EncodeError> {
    fallible(out, |out| {
        write_array(out, 4);
        write_integer(out, 2);
        write_headers(out, &[]);
        write_text(out, invocation_id);
        write_value(out, item)
    })
}

pub(in crate::protocol) fn write_completion(
    out: &mut Vec<u8>,
    invocation_id: &str,
    outcome: Outcome<'_>,
) -> Result<(), EncodeError> {
    fallible(out, |out| {
        write_array(
            out,
            if matches!(outcome, Outcome::Void) {
                4
            } else {
                5
            },
        );
        write_integer(out, 3);
        write_headers(out, &[]);
        write_text(out, invocation_id);
        match outcome {
            Outcome::Error(error) => {
                write_integer(out, 1);
                write_text(out, error);
            }
            Outcome::Void => write_integer(out, 2),
            Outcome::Result(result) => {
                write_integer(out, 3);
                write_value(out, result)?;
            }
        }
        Ok(())
    })
}

pub(in crate::protocol) fn write_cancel_invocation(out: &mut Vec<u8>, invocation_id: &str) {
    let at = length::reserve(out);
    write_array(out, 3);
    write_integer(out, 5);
    write_headers(out, &[]);
    write_text(out, invocation_id);
    length::fill(out, at);
}

pub(in crate::protocol) fn write_ping(out: &mut Vec<u8>) {
    let at = length::reserve(out);
    write_array(out, 1);
    write_integer(out, 6);
    length::fill(out, at);
}

pub(in crate::protocol) fn write_close(
    out: &mut Vec<u8>,
    error: Option<&str>,
    allow_reconnect: bool,
) {
    let at = length::reserve(out);
    write_array(out, 3);
    write_integer(out, 7);
    write_optional_text(out, error);
    write_boolean(out, allow_reconnect);
    length::fill(out, at);
}

pub(in crate::protocol) fn write_ack(out: &mut Vec<u8>, sequence_id: i64) {
    write_numbered(out, 8, sequence_id);
}

pub(in crate::protocol) fn write_sequence(out: &mut Vec<u8>, sequence_id: i64) {
    write_numbered(out, 9, sequence_id);
}

fn write_numbered(out: &mut Vec<u8>, message_type: i64, sequence_id: i64) {
    let at = length::reserve(out);
    write_array(out, 2);
    write_integer(out, message_type);
    write_integer(out, sequence_id);
    length::fill(out, at);
}

/// Writes a message that holds values of the user's: they may be impossible to encode, or of any
/// size.
fn fallible(
    out: &mut Vec<u8>,
    write: impl FnOnce(&mut Vec<u8>) -> Result<(), EncodeError>,
) -> Result<(), EncodeError> {
    let at = length::reserve(out);
    write(out)?;
    if out.len() - at > length::MAX_BODY {
        return Err(EncodeError::new("the message is larger than 2 GB"));
    }
    length::fill(out, at);
    Ok(())
}

fn write_headers(out: &mut Vec<u8>, headers: &[(&str, &str)]) {
    write_map(out, headers.len());
    for (name, value) in headers {
        write_text(out, name);
        write_text(out, value);
    }
}

fn write_value(out: &mut Vec<u8>, value: &dyn Argument) -> Result<(), EncodeError> {
    value.encode(&mut ValueWriter::new(HubProtocol::MessagePack, out))
}
