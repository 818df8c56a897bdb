/// The argument of every call: 32 bytes that no other call has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Text([u8; 32]);

impl Text {
    pub(super) fn new(connection: usize, number: u64) -> Self {
        let mut text = *b"00000000-00000000000000000000000";
        hexadecimal(connection as u64, &mut text[..8]);
        hexadecimal(number, &mut text[9..]);
        Self(text)
    }

    pub(super) fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

fn hexadecimal(mut number: u64, digits: &mut [u8]) {
    for digit in digits.iter_mut().rev() {
        if number == 0 {
            return;
        }
        *digit = b"0123456789abcdef"[(number & 15) as usize];
        number >>= 4;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_differ() {
        assert_eq!(
            Text::new(0x2a, 0x1f).as_str(),
            "0000002a-0000000000000000000001f"
        );
        assert_ne!(Text::new(1, 2), Text::new(2, 1));
    }
}
