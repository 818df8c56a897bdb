use rmp::Marker;

/// How deep a value may nest. Decoding recurses, and this much fits every stack.
pub(super) const MAX_DEPTH: usize = 128;

/// Reads MessagePack from left to right. None is returned where the bytes end early or hold
/// something else; what has been read by then is undefined.
#[derive(Clone, Debug)]
pub(super) struct Cursor<'a> {
    rest: &'a [u8],
}

impl<'a> Cursor<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// What has not been read.
    pub(super) fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// The number of elements of the array that comes next. They may be fewer.
    pub(super) fn array_len(&mut self) -> Option<usize> {
        match self.marker()? {
            Marker::FixArray(len) => Some(len.into()),
            Marker::Array16 => self.length::<2>(),
            Marker::Array32 => self.length::<4>(),
            _ => None,
        }
    }

    /// The number of entries of the map that comes next. They may be fewer. Nil counts as an empty
    /// map.
    pub(super) fn map_len(&mut self) -> Option<usize> {
        match self.marker()? {
            Marker::Null => Some(0),
            Marker::FixMap(len) => Some(len.into()),
            Marker::Map16 => self.length::<2>(),
            Marker::Map32 => self.length::<4>(),
            _ => None,
        }
    }

    /// The text that comes next. Nil is the empty text.
    pub(super) fn text(&mut self) -> Option<&'a str> {
        self.optional_text().map(Option::unwrap_or_default)
    }

    /// The text that comes next, or nil.
    pub(super) fn optional_text(&mut self) -> Option<Option<&'a str>> {
        let len = match self.marker()? {
            Marker::Null => return Some(None),
            Marker::FixStr(len) => len.into(),
            Marker::Str8 => self.length::<1>()?,
            Marker::Str16 => self.length::<2>()?,
            Marker::Str32 => self.length::<4>()?,
            _ => return None,
        };
        std::str::from_utf8(self.take(len)?).ok().map(Some)
    }

    /// The truth value that comes next.
    pub(super) fn boolean(&mut self) -> Option<bool> {
        match self.marker()? {
            Marker::True => Some(true),
            Marker::False => Some(false),
            _ => None,
        }
    }

    /// The whole number that comes next, however it is written.
    pub(super) fn integer(&mut self) -> Option<i64> {
        match self.marker()? {
            Marker::FixPos(number) => Some(number.into()),
            Marker::FixNeg(number) => Some(number.into()),
            Marker::U8 => self.array().map(|[byte]: [u8; 1]| byte.into()),
            Marker::U16 => self.array().map(|bytes| u16::from_be_bytes(bytes).into()),
            Marker::U32 => self.array().map(|bytes| u32::from_be_bytes(bytes).into()),
            Marker::U64 => i64::try_from(u64::from_be_bytes(self.array()?)).ok(),
            Marker::I8 => self.array().map(|bytes| i8::from_be_bytes(bytes).into()),
            Marker::I16 => self.array().map(|bytes| i16::from_be_bytes(bytes).into()),
            Marker::I32 => self.array().map(|bytes| i32::from_be_bytes(bytes).into()),
            Marker::I64 => self.array().map(i64::from_be_bytes),
            _ => None,
        }
    }

    /// Passes the value that comes next and returns its bytes.
    pub(super) fn value(&mut self) -> Option<&'a [u8]> {
        let from = self.rest;
        self.skip(MAX_DEPTH)?;
        Some(&from[..from.len() - self.rest.len()])
    }

    fn skip(&mut self, depth: usize) -> Option<()> {
        let len = match self.marker()? {
            Marker::Null | Marker::True | Marker::False | Marker::FixPos(_) | Marker::FixNeg(_) => {
                0
            }
            Marker::U8 | Marker::I8 => 1,
            Marker::U16 | Marker::I16 => 2,
            Marker::U32 | Marker::I32 | Marker::F32 => 4,
            Marker::U64 | Marker::I64 | Marker::F64 => 8,
            Marker::FixStr(len) => len.into(),
            Marker::Str8 | Marker::Bin8 => self.length::<1>()?,
            Marker::Str16 | Marker::Bin16 => self.length::<2>()?,
            Marker::Str32 | Marker::Bin32 => self.length::<4>()?,
            // One byte more: the extension's type.
            Marker::FixExt1 => 2,
            Marker::FixExt2 => 3,
            Marker::FixExt4 => 5,
            Marker::FixExt8 => 9,
            Marker::FixExt16 => 17,
            Marker::Ext8 => self.length::<1>()? + 1,
            Marker::Ext16 => self.length::<2>()? + 1,
            Marker::Ext32 => self.length::<4>()?.checked_add(1)?,
            Marker::FixArray(len) => return self.skip_all(len.into(), depth),
            Marker::Array16 => return self.length::<2>().and_then(|len| self.skip_all(len, depth)),
            Marker::Array32 => return self.length::<4>().and_then(|len| self.skip_all(len, depth)),
            Marker::FixMap(len) => return self.skip_all(usize::from(len) * 2, depth),
            Marker::Map16 => {
                return self
                    .length::<2>()
                    .and_then(|len| self.skip_all(len * 2, depth));
            }
            Marker::Map32 => {
                return self
                    .length::<4>()
                    .and_then(|len| self.skip_all(len.checked_mul(2)?, depth));
            }
            Marker::Reserved => return None,
        };
        self.take(len).map(drop)
    }

    /// Passes `count` values. Each takes up a byte at least, so that a false count ends with the
    /// bytes.
    fn skip_all(&mut self, count: usize, depth: usize) -> Option<()> {
        let depth = depth.checked_sub(1)?;
        (0..count).try_for_each(|_| self.skip(depth))
    }

    fn marker(&mut self) -> Option<Marker> {
        self.rest.split_off_first().copied().map(Marker::from_u8)
    }

    fn take(&mut self, len: usize) -> Option<&'a [u8]> {
        self.rest.split_off(..len)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (bytes, rest) = self.rest.split_first_chunk::<N>()?;
        self.rest = rest;
        Some(*bytes)
    }

    /// An unsigned number of `N` bytes.
    fn length<const N: usize>(&mut self) -> Option<usize> {
        let bytes = self.array::<N>()?;
        usize::try_from(
            bytes
                .iter()
                .fold(0_u64, |length, &byte| length << 8 | u64::from(byte)),
        )
        .ok()
    }
}

#[cfg(test)]
mod tests {
    use super::{Cursor, MAX_DEPTH};

    /// `bytes` are one value: all of them are passed, no fewer suffice, and what follows is left.
    fn check(bytes: &[u8]) {
        for cut in 0..bytes.len() {
            assert_eq!(
                Cursor::new(&bytes[..cut]).value(),
                None,
                "{bytes:x?} cut to {cut}"
            );
        }
        let followed = [bytes, &[0xC1]].concat();
        assert_eq!(Cursor::new(&followed).value(), Some(bytes));
    }

    #[test]
    fn passes_values_of_every_marker() {
        let cases: &[(usize, &[u8])] = &[
            (0, &[0x00, 0x7F, 0xE0, 0xC0, 0xC2, 0xC3]),
            (1, &[0xCC, 0xD0]),
            (2, &[0xCD, 0xD1, 0xD4, 0x92]),
            (3, &[0xD5, 0xA3]),
            (4, &[0xCA, 0xCE, 0xD2, 0x82]),
            (5, &[0xD6]),
            (8, &[0xCB, 0xCF, 0xD3]),
            (9, &[0xD7]),
            (17, &[0xD8]),
        ];
        for &(len, markers) in cases {
            for &marker in markers {
                let mut bytes = vec![marker];
                bytes.resize(1 + len, 0);
                check(&bytes);
            }
        }
    }

    #[test]
    fn passes_values_with_lengths() {
        // Bytes of the length, bytes for each thing it counts, bytes besides.
        let cases: &[([usize; 3], &[u8])] = &[
            ([1, 1, 0], &[0xC4, 0xD9]),
            ([2, 1, 0], &[0xC5, 0xDA, 0xDC]),
            ([4, 1, 0], &[0xC6, 0xDB, 0xDD]),
            ([1, 1, 1], &[0xC7]),
            ([2, 1, 1], &[0xC8]),
            ([4, 1, 1], &[0xC9]),
            ([2, 2, 0], &[0xDE]),
            ([4, 2, 0], &[0xDF]),
        ];
        for &([width, each, besides], markers) in cases {
            for &marker in markers {
                let mut bytes = vec![marker];
                bytes.resize(width, 0);
                bytes.push(5);
                bytes.resize(1 + width + 5 * each + besides, 0);
                check(&bytes);
            }
        }
    }

    #[test]
    fn refuses_what_nests_too_deep() {
        let nested = |levels: usize| [vec![0x91; levels], vec![0xC0]].concat();
        assert!(Cursor::new(&nested(MAX_DEPTH)).value().is_some());
        assert!(Cursor::new(&nested(MAX_DEPTH + 1)).value().is_none());
        assert!(Cursor::new(&nested(1_000_000)).value().is_none());
    }

    #[test]
    fn reads_whole_numbers() {
        let cases: &[(&[u8], Option<i64>)] = &[
            (&[0x05], Some(5)),
            (&[0xFF], Some(-1)),
            (&[0xCC, 0xFF], Some(255)),
            (&[0xCD, 1, 0], Some(256)),
            (&[0xCE, 0, 1, 0, 0], Some(65_536)),
            (&[0xCF, 0, 0, 0, 1, 0, 0, 0, 0], Some(1 << 32)),
            (&[0xCF, 0xFF, 0, 0, 0, 0, 0, 0, 0], None),
            (&[0xD0, 0x80], Some(-128)),
            (&[0xD1, 0x80, 0], Some(-32_768)),
            (&[0xD2, 0x80, 0, 0, 0], Some(i32::MIN.into())),
            (&[0xD3, 0x80, 0, 0, 0, 0, 0, 0, 0], Some(i64::MIN)),
            (&[0xCA, 0, 0, 0, 0], None),
            (&[0xCD, 1], None),
        ];
        for (bytes, expected) in cases {
            assert_eq!(Cursor::new(bytes).integer(), *expected, "{bytes:x?}");
        }
    }
}
