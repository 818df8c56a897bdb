//! Numbers with exact decimal digits: .NET's `decimal`.

use std::fmt;
use std::str::FromStr;

use serde::de::{Deserializer, Error as _};
use serde::ser::Error as _;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::value::RawValue;

use super::cursor::Cursor;
use super::{FormatError, OutOfRange, text};

/// The largest coefficient: 96 bits.
const LIMIT: u128 = (1 << 96) - 1;
const MOST_DECIMALS: u32 = 28;

/// A number with exact decimal digits: a number in JSON, a text in MessagePack; .NET's `decimal`.
///
/// It carries money and the like unharmed; to calculate, go over its text to a decimal crate. The number of digits
/// behind the point is kept, so `1.1` and `1.10` are different values. In JSON it works with `serde_json` alone, and
/// not inside untagged or flattened structs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Decimal {
    coefficient: i128,
    scale: u32,
}

impl Decimal {
    /// The coefficient divided by ten to the power of the scale. A coefficient has at most 96 bits, a scale is at
    /// most 28.
    pub fn new(coefficient: i128, scale: u32) -> Result<Self, OutOfRange> {
        let fits = coefficient.unsigned_abs() <= LIMIT && scale <= MOST_DECIMALS;
        if fits {
            Ok(Self { coefficient, scale })
        } else {
            Err(OutOfRange::of("decimal"))
        }
    }

    /// All digits, without the point.
    #[must_use]
    pub fn coefficient(self) -> i128 {
        self.coefficient
    }

    /// How many of the digits are behind the point.
    #[must_use]
    pub fn scale(self) -> u32 {
        self.scale
    }
}

impl From<i64> for Decimal {
    fn from(number: i64) -> Self {
        Self {
            coefficient: number.into(),
            scale: 0,
        }
    }
}

impl From<u64> for Decimal {
    fn from(number: u64) -> Self {
        Self {
            coefficient: number.into(),
            scale: 0,
        }
    }
}

impl From<i32> for Decimal {
    fn from(number: i32) -> Self {
        Self {
            coefficient: number.into(),
            scale: 0,
        }
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.coefficient < 0 { "-" } else { "" };
        let scale = self.scale as usize;
        let digits = format!(
            "{:0width$}",
            self.coefficient.unsigned_abs(),
            width = scale + 1
        );
        let (whole, fraction) = digits.split_at(digits.len() - scale);
        let point = if scale == 0 { "" } else { "." };
        write!(f, "{sign}{whole}{point}{fraction}")
    }
}

impl FromStr for Decimal {
    type Err = FormatError;

    fn from_str(text: &str) -> Result<Self, FormatError> {
        parse(text).ok_or(FormatError::expected(
            "a decimal number of at most 28 digits",
        ))
    }
}

fn parse(text: &str) -> Option<Decimal> {
    let mut cursor = Cursor::new(text);
    let negative = cursor.takes(b'-');
    let mut digits = Digits::default();
    digits.whole(cursor.digit()?)?;
    while let Some(digit) = cursor.digit() {
        digits.whole(digit)?;
    }
    if cursor.takes(b'.') {
        digits.behind_point(cursor.digit()?)?;
        while let Some(digit) = cursor.digit() {
            digits.behind_point(digit)?;
        }
    }
    if cursor.takes(b'e') || cursor.takes(b'E') {
        let down = cursor.takes(b'-');
        let _ = !down && cursor.takes(b'+');
        let exponent = cursor.any_number()?;
        if down {
            digits.shift_down(exponent)
        } else {
            digits.shift_up(exponent)?
        }
    }
    let coefficient = i128::try_from(digits.coefficient).ok()?;
    let coefficient = if negative { -coefficient } else { coefficient };
    cursor.at_end().then_some(Decimal {
        coefficient,
        scale: digits.scale,
    })
}

/// Digits as far as they fit; further ones behind the point round the last.
#[derive(Default)]
struct Digits {
    coefficient: u128,
    scale: u32,
    full: bool,
}

impl Digits {
    fn whole(&mut self, digit: u8) -> Option<()> {
        self.coefficient = self.coefficient * 10 + u128::from(digit);
        (self.coefficient <= LIMIT).then_some(())
    }

    fn behind_point(&mut self, digit: u8) -> Option<()> {
        let next = self.coefficient * 10 + u128::from(digit);
        if self.full {
            return Some(());
        }
        if next > LIMIT || self.scale == MOST_DECIMALS {
            self.full = true;
            self.coefficient += u128::from(digit >= 5);
            return (self.coefficient <= LIMIT).then_some(());
        }
        self.coefficient = next;
        self.scale += 1;
        Some(())
    }

    fn shift_up(&mut self, exponent: u32) -> Option<()> {
        let inside = exponent.min(self.scale);
        self.scale -= inside;
        if self.coefficient == 0 {
            return Some(());
        }
        for _ in inside..exponent {
            self.whole(0)?;
        }
        Some(())
    }

    fn shift_down(&mut self, exponent: u32) {
        let room = MOST_DECIMALS - self.scale;
        self.scale += exponent.min(room);
        let mut last = 0;
        for _ in room..exponent {
            if self.coefficient == 0 && last == 0 {
                break;
            }
            last = self.coefficient % 10;
            self.coefficient /= 10;
        }
        self.coefficient += u128::from(last >= 5);
    }
}

impl Serialize for Decimal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            RawValue::from_string(self.to_string())
                .map_err(S::Error::custom)?
                .serialize(serializer)
        } else {
            serializer.collect_str(self)
        }
    }
}

impl<'de> Deserialize<'de> for Decimal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            let raw = Box::<RawValue>::deserialize(deserializer)?;
            raw.get().parse().map_err(D::Error::custom)
        } else {
            text::deserialize(deserializer)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Decimal;
    use crate::types::tables::json_table;

    #[test]
    fn json() {
        json_table::<Decimal>(&[
            ("1.1", Some("1.1")),
            ("1.10", Some("1.10")),
            ("-0.05", Some("-0.05")),
            ("0", Some("0")),
            ("1e3", Some("1000")),
            ("1.25E+1", Some("12.5")),
            ("1e-7", Some("0.0000001")),
            ("15e-29", Some("0.0000000000000000000000000002")),
            ("1e-9999", Some("0.0000000000000000000000000000")),
            (
                "79228162514264337593543950335",
                Some("79228162514264337593543950335"),
            ),
            ("79228162514264337593543950336", None),
            (
                "0.00000000000000000000000000015",
                Some("0.0000000000000000000000000002"),
            ),
            ("1e29", None),
            (r#""1.1""#, None),
            ("null", None),
            ("true", None),
        ]);
    }

    #[cfg(feature = "messagepack")]
    #[test]
    fn messagepack() {
        let price = Decimal::new(-1990, 2).expect("in range");
        crate::types::tables::messagepack_table(&[
            (Decimal::default(), "a130"),
            (price, "a62d31392e3930"),
        ]);
    }
}
