use std::borrow::Cow;

use crate::protocol::ProtocolError;

/// A JSON text as it was sent, without its quotes. Its escapes are known to be well formed, its
/// UTF-8 is not.
#[derive(Clone, Copy, Debug)]
pub(in crate::protocol) struct Text<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) escaped: bool,
}

impl<'a> Text<'a> {
    /// What it says. Only a text with escapes is copied.
    ///
    /// # Errors
    /// It is not valid UTF-8, or has half of a surrogate pair.
    pub(super) fn decode(self) -> Result<Cow<'a, str>, ProtocolError> {
        if !self.escaped {
            return std::str::from_utf8(self.bytes)
                .map(Cow::Borrowed)
                .map_err(|_| invalid_utf8());
        }
        let unescaped = unescape(self.bytes)?;
        String::from_utf8(unescaped)
            .map(Cow::Owned)
            .map_err(|_| invalid_utf8())
    }
}

fn unescape(mut rest: &[u8]) -> Result<Vec<u8>, ProtocolError> {
    // Every escape is at least as long as what it stands for.
    let mut out = Vec::with_capacity(rest.len());
    while let Some(backslash) = memchr::memchr(b'\\', rest) {
        out.extend_from_slice(&rest[..backslash]);
        rest = &rest[backslash + 1..];
        let plain = match rest.split_off_first() {
            Some(b'b') => 0x08,
            Some(b'f') => 0x0C,
            Some(b'n') => b'\n',
            Some(b'r') => b'\r',
            Some(b't') => b'\t',
            Some(b'u') => {
                let character = character(&mut rest)?;
                out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
                continue;
            }
            Some(itself) => *itself,
            None => break,
        };
        out.push(plain);
    }
    out.extend_from_slice(rest);
    Ok(out)
}

/// The character whose `\u` has been read; a second escape too if the first is half of a surrogate
/// pair.
fn character(rest: &mut &[u8]) -> Result<char, ProtocolError> {
    let first = code_unit(rest);
    if !(0xD800..0xE000).contains(&first) {
        return char::from_u32(first).ok_or_else(|| invalid_surrogate(first));
    }
    if first >= 0xDC00 {
        return Err(invalid_surrogate(first));
    }
    if !rest.starts_with(b"\\u") {
        return Err(ProtocolError::invalid_operation(
            "Cannot read incomplete UTF-16 JSON text as string with missing low surrogate.",
        ));
    }
    *rest = &rest[2..];
    let second = code_unit(rest);
    if !(0xDC00..0xE000).contains(&second) {
        return Err(invalid_surrogate(second));
    }
    let code = 0x1_0000 + ((first - 0xD800) << 10) + (second - 0xDC00);
    char::from_u32(code).ok_or_else(|| invalid_surrogate(second))
}

/// Four hexadecimal digits.
fn code_unit(rest: &mut &[u8]) -> u32 {
    let (digits, behind) = rest.split_at(rest.len().min(4));
    *rest = behind;
    digits.iter().fold(0, |unit, &digit| {
        unit << 4 | (digit as char).to_digit(16).unwrap_or(0)
    })
}

#[cold]
fn invalid_utf8() -> ProtocolError {
    ProtocolError::invalid_operation("Cannot transcode invalid UTF-8 JSON text to UTF-16 string.")
}

#[cold]
fn invalid_surrogate(unit: u32) -> ProtocolError {
    ProtocolError::invalid_operation(format!(
        "Cannot read invalid UTF-16 JSON text as string. Invalid surrogate value: '0x{unit:02X}'."
    ))
}
