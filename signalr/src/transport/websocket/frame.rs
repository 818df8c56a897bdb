use std::fmt;

/// What a frame carries (RFC 6455, 5.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Opcode {
    Continuation,
    Text,
    Binary,
    Close,
    Ping,
    Pong,
}

impl Opcode {
    pub(crate) const fn from_bits(bits: u8) -> Option<Self> {
        Some(match bits {
            0x0 => Self::Continuation,
            0x1 => Self::Text,
            0x2 => Self::Binary,
            0x8 => Self::Close,
            0x9 => Self::Ping,
            0xA => Self::Pong,
            _ => return None,
        })
    }

    const fn bits(self) -> u8 {
        match self {
            Self::Continuation => 0x0,
            Self::Text => 0x1,
            Self::Binary => 0x2,
            Self::Close => 0x8,
            Self::Ping => 0x9,
            Self::Pong => 0xA,
        }
    }

    pub(crate) const fn is_control(self) -> bool {
        matches!(self, Self::Close | Self::Ping | Self::Pong)
    }
}

/// The first bytes of a final frame.
#[derive(Clone, Copy, Default)]
pub(crate) struct FrameHeader {
    bytes: [u8; 14],
    len: usize,
}

impl FrameHeader {
    /// `mask` is what the payload is masked with.
    pub(crate) fn new(opcode: Opcode, payload: usize, mask: Option<[u8; 4]>) -> Self {
        let mut bytes = [0; 14];
        bytes[0] = 0x80 | opcode.bits();
        let mut len = if let Ok(short) = u8::try_from(payload)
            && short < 126
        {
            bytes[1] = short;
            2
        } else if let Ok(medium) = u16::try_from(payload) {
            bytes[1] = 126;
            bytes[2..4].copy_from_slice(&medium.to_be_bytes());
            4
        } else {
            bytes[1] = 127;
            bytes[2..10].copy_from_slice(&(payload as u64).to_be_bytes());
            10
        };
        if let Some(mask) = mask {
            bytes[1] |= 0x80;
            bytes[len..len + 4].copy_from_slice(&mask);
            len += 4;
        }
        Self { bytes, len }
    }

    pub(crate) fn as_slice(&self) -> &[u8] {
        &self.bytes[..self.len]
    }

    pub(crate) fn len(&self) -> usize {
        self.len
    }
}

impl fmt::Debug for FrameHeader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_slice().fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_take_the_shortest_form() {
        for (payload, expected) in [
            (0, vec![0x81, 0]),
            (125, vec![0x81, 125]),
            (126, vec![0x81, 126, 0, 126]),
            (65_535, vec![0x81, 126, 0xff, 0xff]),
            (65_536, vec![0x81, 127, 0, 0, 0, 0, 0, 1, 0, 0]),
        ] {
            let header = FrameHeader::new(Opcode::Text, payload, None);
            assert_eq!(header.as_slice(), expected);
        }
    }

    #[test]
    fn a_mask_stands_behind_the_length() {
        let header = FrameHeader::new(Opcode::Binary, 200, Some([1, 2, 3, 4]));
        assert_eq!(header.as_slice(), [0x82, 0xfe, 0, 200, 1, 2, 3, 4]);
    }
}
