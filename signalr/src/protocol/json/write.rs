use super::RECORD_SEPARATOR;
use super::plain::plain_len;
use crate::protocol::{
    Argument, EncodeError, HubProtocol, Outcome, OutgoingInvocation, ValueWriter,
};

pub(in crate::protocol) fn write_invocation(
    out: &mut Vec<u8>,
    invocation: &OutgoingInvocation<'_>,
) -> Result<(), EncodeError> {
    out.extend_from_slice(if invocation.streaming {
        b"{\"type\":4"
    } else {
        b"{\"type\":1"
    });
    write_headers(out, invocation.headers);
    if let Some(id) = invocation.invocation_id {
        out.extend_from_slice(b",\"invocationId\":");
        write_text(out, id);
    }
    out.extend_from_slice(b",\"target\":");
    write_text(out, invocation.target);
    out.extend_from_slice(b",\"arguments\":[");
    for (index, argument) in invocation.arguments.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        write_value(out, *argument)?;
    }
    out.push(b']');
    if !invocation.stream_ids.is_empty() {
        out.extend_from_slice(b",\"streamIds\":[");
        for (index, id) in invocation.stream_ids.iter().enumerate() {
            if index > 0 {
                out.push(b',');
            }
            write_text(out, id);
        }
        out.push(b']');
    }
    end(out);
    Ok(())
}

pub(in crate::protocol) fn write_stream_item(
    out: &mut Vec<u8>,
    invocation_id: &str,
    item: &dyn Argument,
) -> Result<(), EncodeError> {
    out.extend_from_slice(b"{\"type\":2,\"invocationId\":");
    write_text(out, invocation_id);
    out.extend_from_slice(b",\"item\":");
    write_value(out, item)?;
    end(out);
    Ok(())
}

pub(in crate::protocol) fn write_completion(
    out: &mut Vec<u8>,
    invocation_id: &str,
    outcome: Outcome<'_>,
) -> Result<(), EncodeError> {
    out.extend_from_slice(b"{\"type\":3,\"invocationId\":");
    write_text(out, invocation_id);
    match outcome {
        Outcome::Error(error) => {
            out.extend_from_slice(b",\"error\":");
            write_text(out, error);
        }
        Outcome::Void => {}
        Outcome::Result(result) => {
            out.extend_from_slice(b",\"result\":");
            write_value(out, result)?;
        }
    }
    end(out);
    Ok(())
}

pub(in crate::protocol) fn write_cancel_invocation(out: &mut Vec<u8>, invocation_id: &str) {
    out.extend_from_slice(b"{\"type\":5,\"invocationId\":");
    write_text(out, invocation_id);
    end(out);
}

pub(in crate::protocol) fn write_ping(out: &mut Vec<u8>) {
    out.extend_from_slice(b"{\"type\":6");
    end(out);
}

pub(in crate::protocol) fn write_close(
    out: &mut Vec<u8>,
    error: Option<&str>,
    allow_reconnect: bool,
) {
    out.extend_from_slice(b"{\"type\":7");
    if let Some(error) = error {
        out.extend_from_slice(b",\"error\":");
        write_text(out, error);
    }
    if allow_reconnect {
        out.extend_from_slice(b",\"allowReconnect\":true");
    }
    end(out);
}

pub(in crate::protocol) fn write_ack(out: &mut Vec<u8>, sequence_id: i64) {
    out.extend_from_slice(b"{\"type\":8,\"sequenceId\":");
    write_integer(out, sequence_id);
    end(out);
}

pub(in crate::protocol) fn write_sequence(out: &mut Vec<u8>, sequence_id: i64) {
    out.extend_from_slice(b"{\"type\":9,\"sequenceId\":");
    write_integer(out, sequence_id);
    end(out);
}

/// Appends a text with its quotes. What needs no escape is copied in one piece.
pub(in crate::protocol) fn write_text(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    let mut rest = text.as_bytes();
    loop {
        let (plain, special) = rest.split_at(plain_len(rest));
        out.extend_from_slice(plain);
        let Some((&byte, behind)) = special.split_first() else {
            break;
        };
        write_escape(out, byte);
        rest = behind;
    }
    out.push(b'"');
}

pub(in crate::protocol) fn write_integer(out: &mut Vec<u8>, number: i64) {
    out.extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
}

fn write_escape(out: &mut Vec<u8>, byte: u8) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    let short = match byte {
        0x08 => b'b',
        b'\t' => b't',
        b'\n' => b'n',
        0x0C => b'f',
        b'\r' => b'r',
        b'"' | b'\\' => byte,
        _ => {
            out.extend_from_slice(b"\\u00");
            out.extend_from_slice(&[HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 0xF)]]);
            return;
        }
    };
    out.extend_from_slice(&[b'\\', short]);
}

fn write_headers(out: &mut Vec<u8>, headers: &[(&str, &str)]) {
    if headers.is_empty() {
        return;
    }
    out.extend_from_slice(b",\"headers\":{");
    for (index, (name, value)) in headers.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        write_text(out, name);
        out.push(b':');
        write_text(out, value);
    }
    out.push(b'}');
}

fn write_value(out: &mut Vec<u8>, value: &dyn Argument) -> Result<(), EncodeError> {
    value.encode(&mut ValueWriter::new(HubProtocol::Json, out))
}

fn end(out: &mut Vec<u8>) {
    out.extend_from_slice(&[b'}', RECORD_SEPARATOR]);
}
