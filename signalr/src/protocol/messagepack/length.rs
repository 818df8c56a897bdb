//! The length in front of every message: 7 bits a byte, lowest first, the high bit set on all but
//! the last.

use crate::protocol::ProtocolError;

/// The largest message in bytes, without its length.
pub(super) const MAX_BODY: usize = i32::MAX as usize;

/// Five bytes of 7 bits hold `MAX_BODY`.
const MAX_LEN: usize = 5;

/// Reads a length: its value, and how many bytes it takes up. None as long as it is incomplete.
pub(super) fn read(bytes: &[u8]) -> Result<Option<(usize, usize)>, ProtocolError> {
    let mut length: u64 = 0;
    for (index, &byte) in bytes.iter().take(MAX_LEN).enumerate() {
        length |= u64::from(byte & 0x7F) << (7 * index);
        if byte & 0x80 == 0 {
            return match usize::try_from(length) {
                Ok(length) if length <= MAX_BODY => Ok(Some((length, index + 1))),
                _ => Err(too_long()),
            };
        }
    }
    if bytes.len() >= MAX_LEN {
        Err(too_long())
    } else {
        Ok(None)
    }
}

/// Makes room for a length of one byte, which is enough for most messages. Returns where it is.
pub(super) fn reserve(out: &mut Vec<u8>) -> usize {
    out.push(0);
    out.len() - 1
}

/// Writes the length of all that has been appended since [`reserve`], moving it if one byte does
/// not suffice.
pub(super) fn fill(out: &mut Vec<u8>, at: usize) {
    let body = at + 1;
    let length = out.len() - body;
    let Ok(short @ ..0x80) = u8::try_from(length) else {
        return fill_long(out, at, length);
    };
    out[at] = short;
}

fn fill_long(out: &mut Vec<u8>, at: usize, length: usize) {
    let mut prefix = Vec::with_capacity(MAX_LEN);
    let mut rest = length;
    while rest >= 0x80 {
        prefix.push((rest & 0x7F) as u8 | 0x80);
        rest >>= 7;
    }
    prefix.push(rest as u8);
    out.splice(at..=at, prefix);
}

#[cold]
fn too_long() -> ProtocolError {
    ProtocolError::format("Messages over 2GB in size are not supported.")
}

#[cfg(test)]
mod tests {
    use super::{MAX_BODY, fill, read, reserve};

    #[test]
    fn reads_lengths() {
        let cases: &[(&[u8], Option<(usize, usize)>)] = &[
            (&[], None),
            (&[0], Some((0, 1))),
            (&[0x7F, 9], Some((127, 1))),
            (&[0x80], None),
            (&[0x80, 1], Some((128, 2))),
            (&[0x82, 0], Some((2, 2))),
            (&[0xFF, 0xFF, 0xFF, 0xFF], None),
            (&[0xFF, 0xFF, 0xFF, 0xFF, 7], Some((MAX_BODY, 5))),
        ];
        for (bytes, expected) in cases {
            assert_eq!(read(bytes).as_ref(), Ok(expected), "{bytes:?}");
        }
        for bytes in [[0xFF, 0xFF, 0xFF, 0xFF, 8], [0x80; 5]] {
            assert_eq!(
                read(&bytes).unwrap_err().to_string(),
                "Messages over 2GB in size are not supported."
            );
        }
    }

    #[test]
    fn writes_what_it_reads() {
        for length in [0, 1, 127, 128, 129, 16_383, 16_384, 2_097_151, 2_097_152] {
            let mut out = b"before".to_vec();
            let at = reserve(&mut out);
            out.resize(out.len() + length, 7);
            fill(&mut out, at);
            assert_eq!(out[..6], *b"before");
            let (read, prefix) = read(&out[6..]).unwrap().unwrap();
            assert_eq!((read, out.len()), (length, 6 + prefix + length));
            assert!(out[6 + prefix..].iter().all(|&byte| byte == 7));
        }
    }
}
