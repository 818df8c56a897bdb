//! The length in front of every message: 7 bits a byte, lowest first, the high bit set on all but
//! the last.

use crate::protocol::ProtocolError;

/// The largest message in bytes, without its length.
pub(super) const MAX_BODY: usize = i32::MAX as usize;

/// Five bytes of 7 bits hold `MAX_BODY`.
const MAX_LEN: usize = 5;

/// A length as it was read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Length {
    /// The length of the message.
    pub(super) body: usize,
    /// How many bytes the length itself takes up.
    pub(super) prefix: usize,
}

/// Reads a length. None as long as it is incomplete.
pub(super) fn read(bytes: &[u8]) -> Result<Option<Length>, ProtocolError> {
    let mut length: u64 = 0;
    for (index, &byte) in bytes.iter().take(MAX_LEN).enumerate() {
        length |= u64::from(byte & 0x7F) << (7 * index);
        if byte & 0x80 == 0 {
            return match usize::try_from(length) {
                Ok(body) if body <= MAX_BODY => Ok(Some(Length {
                    body,
                    prefix: index + 1,
                })),
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
    // As many bytes as any length needs, even one that no reader takes.
    let mut prefix = [0; 10];
    let mut used = 0;
    let mut rest = length;
    while rest >= 0x80 {
        prefix[used] = (rest & 0x7F) as u8 | 0x80;
        rest >>= 7;
        used += 1;
    }
    prefix[used] = rest as u8;
    out.splice(at..=at, prefix[..=used].iter().copied());
}

#[cold]
fn too_long() -> ProtocolError {
    ProtocolError::format("Messages over 2GB in size are not supported.")
}

#[cfg(test)]
mod tests {
    use super::{Length, MAX_BODY, fill, read, reserve};

    #[test]
    fn reads_lengths() {
        let cases: &[(&[u8], Option<Length>)] = &[
            (&[], None),
            (&[0], Some(Length { body: 0, prefix: 1 })),
            (
                &[0x7F, 9],
                Some(Length {
                    body: 127,
                    prefix: 1,
                }),
            ),
            (&[0x80], None),
            (
                &[0x80, 1],
                Some(Length {
                    body: 128,
                    prefix: 2,
                }),
            ),
            (&[0x82, 0], Some(Length { body: 2, prefix: 2 })),
            (&[0xFF, 0xFF, 0xFF, 0xFF], None),
            (
                &[0xFF, 0xFF, 0xFF, 0xFF, 7],
                Some(Length {
                    body: MAX_BODY,
                    prefix: 5,
                }),
            ),
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
            let Length { body, prefix } = read(&out[6..]).unwrap().unwrap();
            assert_eq!((body, out.len()), (length, 6 + prefix + length));
            assert!(out[6 + prefix..].iter().all(|&byte| byte == 7));
        }
    }
}
