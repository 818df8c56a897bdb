//! .NET's unit of time: 100 nanoseconds.

use std::fmt;

use super::cursor::Cursor;

pub(super) const PER_SECOND: u64 = 10_000_000;
/// A tick has seven digits behind the point.
const DIGITS: u32 = 7;

/// The digits of a fraction of a second, in ticks. Digits beyond a tick are cut off, but no text has more than `most`.
pub(super) fn fraction(from: &mut Cursor<'_>, most: u32) -> Option<u32> {
    let mut ticks = u32::from(from.digit()?);
    let mut count = 1;
    while let Some(digit) = from.digit() {
        if count < DIGITS {
            ticks = ticks * 10 + u32::from(digit);
        }
        count += 1;
    }
    let missing = DIGITS.saturating_sub(count);
    (count <= most).then_some(ticks * 10_u32.pow(missing))
}

/// Writes the fraction of a second with all seven digits, or nothing if it is none.
pub(super) fn write_padded(f: &mut fmt::Formatter<'_>, ticks: u32) -> fmt::Result {
    if ticks == 0 {
        Ok(())
    } else {
        write!(f, ".{ticks:07}")
    }
}

/// Writes the fraction of a second without trailing zeros, or nothing if it is none.
#[cfg(feature = "types")]
pub(super) fn write_short(f: &mut fmt::Formatter<'_>, ticks: u32) -> fmt::Result {
    let (mut rest, mut width) = (ticks, DIGITS as usize);
    while rest != 0 && rest.is_multiple_of(10) {
        rest /= 10;
        width -= 1;
    }
    if rest == 0 {
        Ok(())
    } else {
        write!(f, ".{rest:0width$}")
    }
}
