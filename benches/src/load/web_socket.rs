//! Frames. The server's own framing is measured, so nothing of it is used here.

use super::Failure;

/// Appends a frame of a client. The mask is zero: the payload goes as it is.
pub(super) fn write(payload: &[u8], binary: bool, into: &mut Vec<u8>) {
    into.push(if binary { 0x82 } else { 0x81 });
    match payload.len() {
        length @ 0..126 => into.push(0x80 | length as u8),
        length @ 126..=0xffff => {
            into.push(0x80 | 126);
            into.extend_from_slice(&(length as u16).to_be_bytes());
        }
        length => {
            into.push(0x80 | 127);
            into.extend_from_slice(&(length as u64).to_be_bytes());
        }
    }
    into.extend_from_slice(&[0; 4]);
    into.extend_from_slice(payload);
}

/// A frame of the server.
pub(super) struct Frame<'a> {
    pub(super) is_control: bool,
    /// Whether a message ends here.
    pub(super) is_last: bool,
    pub(super) payload: &'a [u8],
    pub(super) length: usize,
}

/// The frame at the start, if it is whole.
pub(super) fn read(bytes: &[u8]) -> Result<Option<Frame<'_>>, Failure> {
    let &[first, second, ..] = bytes else {
        return Ok(None);
    };
    let (head, length) = match second {
        126 => match bytes.get(2..4) {
            Some(length) => (4, usize::from(u16::from_be_bytes(length.try_into()?))),
            None => return Ok(None),
        },
        127 => match bytes.get(2..10) {
            Some(length) => (10, usize::try_from(u64::from_be_bytes(length.try_into()?))?),
            None => return Ok(None),
        },
        length => (2, usize::from(length)),
    };
    let Some(payload) = bytes.get(head..head + length) else {
        return Ok(None);
    };
    if first & 0x0f == 8 {
        return Err("the server closed the WebSocket".into());
    }
    Ok(Some(Frame {
        is_control: first & 0x08 != 0,
        is_last: first & 0x80 != 0,
        payload,
        length: head + length,
    }))
}
