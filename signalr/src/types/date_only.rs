//! Days: .NET's `DateOnly`.

use std::fmt;
use std::str::FromStr;

use serde::de::{Deserializer, Error as _};
use serde::ser::Error as _;
use serde::{Deserialize, Serialize, Serializer};
use time::Date;

use super::cursor::Cursor;
use super::{FormatError, OutOfRange, iso, text};

/// The Julian day of 0001-01-01, which .NET counts as day 0.
const FIRST_DAY: i32 = 1_721_426;

/// A day: `2024-02-29` in JSON, the number of days since 0001-01-01 in MessagePack; .NET's `DateOnly`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DateOnly(pub Date);

impl From<Date> for DateOnly {
    fn from(date: Date) -> Self {
        Self(date)
    }
}

impl From<DateOnly> for Date {
    fn from(value: DateOnly) -> Self {
        value.0
    }
}

impl fmt::Display for DateOnly {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        iso::write_date(f, self.0)
    }
}

impl FromStr for DateOnly {
    type Err = FormatError;

    fn from_str(text: &str) -> Result<Self, FormatError> {
        let mut cursor = Cursor::new(text);
        let date = iso::date(&mut cursor).filter(|_| cursor.at_end());
        date.map(Self)
            .ok_or(FormatError::expected("a date such as 2024-02-29"))
    }
}

impl Serialize for DateOnly {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if !iso::year_fits(self.0) {
            Err(S::Error::custom(OutOfRange::of("DateOnly")))
        } else if serializer.is_human_readable() {
            serializer.collect_str(self)
        } else {
            serializer.serialize_i32(self.0.to_julian_day() - FIRST_DAY)
        }
    }
}

impl<'de> Deserialize<'de> for DateOnly {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            return text::deserialize(deserializer);
        }
        let day = i32::deserialize(deserializer)?.checked_add(FIRST_DAY);
        let date = day
            .and_then(|day| Date::from_julian_day(day).ok())
            .filter(|date| iso::year_fits(*date));
        date.map(Self)
            .ok_or_else(|| D::Error::custom(OutOfRange::of("DateOnly")))
    }
}

#[cfg(test)]
mod tests {
    use super::DateOnly;
    use crate::types::tables::json_table;

    #[test]
    fn json() {
        json_table::<DateOnly>(&[
            (r#""2024-02-29""#, Some(r#""2024-02-29""#)),
            (r#""2023-02-29""#, None),
            (r#""2024-2-29""#, None),
            (r#""2024-02-29T00:00:00""#, None),
        ]);
    }

    #[cfg(feature = "messagepack")]
    #[test]
    fn messagepack() {
        let date = |text: &str| text.parse::<DateOnly>().expect("a date");
        crate::types::tables::messagepack_table(&[
            (date("0001-01-01"), "00"),
            (date("9999-12-31"), "ce0037b9da"),
        ]);
    }
}
