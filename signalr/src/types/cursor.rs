//! Reads the parts of a date, a time or a number.

/// What is left of a text being read.
#[derive(Clone, Debug)]
pub(super) struct Cursor<'t>(&'t [u8]);

impl<'t> Cursor<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self(text.as_bytes())
    }

    pub(super) fn at_end(&self) -> bool {
        self.0.is_empty()
    }

    /// Takes this byte if it is the next one.
    pub(super) fn takes(&mut self, byte: u8) -> bool {
        match self.0.split_first() {
            Some((first, rest)) if *first == byte => {
                self.0 = rest;
                true
            }
            _ => false,
        }
    }

    /// Takes this byte, or the text is not what it should be.
    pub(super) fn needs(&mut self, byte: u8) -> Option<()> {
        self.takes(byte).then_some(())
    }

    /// The next digit.
    pub(super) fn digit(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        let digit = first.checked_sub(b'0').filter(|digit| *digit < 10)?;
        self.0 = rest;
        Some(digit)
    }

    #[cfg(feature = "types")]
    /// A number of exactly so many digits that is below the limit.
    pub(super) fn number(&mut self, digits: usize, below: u32) -> Option<u32> {
        let mut number = 0;
        for _ in 0..digits {
            number = number * 10 + u32::from(self.digit()?);
        }
        (number < below).then_some(number)
    }

    /// A number of any length that fits.
    pub(super) fn any_number(&mut self) -> Option<u32> {
        let mut number = u32::from(self.digit()?);
        while let Some(digit) = self.digit() {
            number = number.checked_mul(10)?.checked_add(digit.into())?;
        }
        Some(number)
    }
}
