//! Points in time: .NET's `DateTime`.

use std::fmt;
use std::str::FromStr;

use serde::de::{Deserializer, Error as _};
use serde::ser::Error as _;
use serde::{Deserialize, Serialize, Serializer};
use time::{Date, OffsetDateTime, PrimitiveDateTime, UtcOffset};

use super::iso::{self, Zone};
use super::timestamp::Timestamp;
use super::{FormatError, OutOfRange, text};

/// A date and a time of day, and what is known of their place; .NET's `DateTime`.
///
/// In JSON `2024-02-29T12:34:56.5`, followed by what the kind says. In MessagePack the kind is lost: all is taken for
/// UTC, and comes back so. Time is counted in steps of 100 nanoseconds; years go from 1 to 9999. JavaScript sends
/// UTC: `Date.toJSON()`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DateTime {
    /// What calendar and clock show.
    pub clock: PrimitiveDateTime,
    /// Where they show it.
    pub kind: DateTimeKind,
}

/// Where calendar and clock show a [`DateTime`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum DateTimeKind {
    /// It is not said; nothing follows the time.
    #[default]
    Unspecified,
    /// UTC; `Z` follows the time.
    Utc,
    /// This many whole minutes away from UTC; they follow the time. In .NET: local time.
    Offset(UtcOffset),
}

impl DateTime {
    /// This moment, in UTC.
    #[must_use]
    pub fn now() -> Self {
        OffsetDateTime::now_utc().into()
    }

    /// The point in time; an unspecified kind is taken for UTC.
    #[must_use]
    pub fn to_offset_date_time(self) -> OffsetDateTime {
        match self.kind {
            DateTimeKind::Unspecified | DateTimeKind::Utc => self.clock.assume_utc(),
            DateTimeKind::Offset(offset) => self.clock.assume_offset(offset),
        }
    }
}

impl Default for DateTime {
    /// `0001-01-01T00:00:00`, as in .NET.
    fn default() -> Self {
        let first = Date::from_ordinal_date(1, 1).unwrap_or(Date::MIN);
        first.midnight().into()
    }
}

impl From<PrimitiveDateTime> for DateTime {
    fn from(clock: PrimitiveDateTime) -> Self {
        Self {
            clock,
            kind: DateTimeKind::Unspecified,
        }
    }
}

impl From<OffsetDateTime> for DateTime {
    fn from(time: OffsetDateTime) -> Self {
        let clock = PrimitiveDateTime::new(time.date(), time.time());
        let kind = if time.offset().is_utc() {
            DateTimeKind::Utc
        } else {
            DateTimeKind::Offset(time.offset())
        };
        Self { clock, kind }
    }
}

impl From<DateTime> for PrimitiveDateTime {
    fn from(value: DateTime) -> Self {
        value.clock
    }
}

impl fmt::Display for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        iso::write_date_time(f, self.clock)?;
        match self.kind {
            DateTimeKind::Unspecified => Ok(()),
            DateTimeKind::Utc => f.write_str("Z"),
            DateTimeKind::Offset(offset) => iso::write_offset(f, offset),
        }
    }
}

impl FromStr for DateTime {
    type Err = FormatError;

    fn from_str(text: &str) -> Result<Self, FormatError> {
        let expected = FormatError::expected("a date and time such as 2024-02-29T12:34:56.5Z");
        let (clock, zone) = iso::date_time(text).ok_or(expected)?;
        let kind = match zone {
            Zone::Unspecified => DateTimeKind::Unspecified,
            Zone::Utc => DateTimeKind::Utc,
            Zone::Offset(offset) => DateTimeKind::Offset(offset),
        };
        Ok(Self { clock, kind })
    }
}

impl Serialize for DateTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if !iso::year_fits(self.clock.date()) {
            Err(S::Error::custom(OutOfRange::of("DateTime")))
        } else if serializer.is_human_readable() {
            serializer.collect_str(self)
        } else {
            Timestamp(self.to_offset_date_time()).serialize(serializer)
        }
    }
}

impl<'de> Deserialize<'de> for DateTime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            return text::deserialize(deserializer);
        }
        let Timestamp(time) = Timestamp::deserialize(deserializer)?;
        let fits = iso::year_fits(time.date());
        if fits {
            Ok(time.into())
        } else {
            Err(D::Error::custom(OutOfRange::of("DateTime")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::DateTime;
    use crate::types::tables::json_table;

    #[test]
    fn json() {
        json_table::<DateTime>(&[
            (
                r#""2024-02-29T12:34:56.1234567Z""#,
                Some(r#""2024-02-29T12:34:56.1234567Z""#),
            ),
            (
                r#""2024-02-29T12:34:56.10""#,
                Some(r#""2024-02-29T12:34:56.1""#),
            ),
            (
                r#""2024-02-29T12:34:56.123456789Z""#,
                Some(r#""2024-02-29T12:34:56.1234567Z""#),
            ),
            (r#""2024-02-29T12:34""#, Some(r#""2024-02-29T12:34:00""#)),
            (r#""2024-02-29""#, Some(r#""2024-02-29T00:00:00""#)),
            (
                r#""2024-02-29T12:34:56-05:30""#,
                Some(r#""2024-02-29T12:34:56-05:30""#),
            ),
            (r#""0001-01-01T00:00:00""#, Some(r#""0001-01-01T00:00:00""#)),
            (
                r#""9999-12-31T23:59:59.9999999""#,
                Some(r#""9999-12-31T23:59:59.9999999""#),
            ),
            (r#""0000-01-01T00:00:00""#, None),
            (r#""2023-02-29T00:00:00""#, None),
            (r#""2024-02-29 12:34:56""#, None),
            (r#""2024-02-29T24:00:00""#, None),
            (r#""2024-02-29T12:34:56+15:00""#, None),
            (r#""2024-02-29T12:34:56.""#, None),
            (r#""2024-02-29T12""#, None),
            (r#""yesterday""#, None),
            ("1709210096", None),
        ]);
    }

    #[test]
    fn defaults() {
        assert_eq!(DateTime::default().to_string(), "0001-01-01T00:00:00");
    }

    #[cfg(feature = "messagepack")]
    #[test]
    fn messagepack() {
        let time = |text: &str| text.parse::<DateTime>().expect("a date and time");
        crate::types::tables::messagepack_table(&[
            (time("1970-01-01T00:00:00Z"), "d6ff00000000"),
            (time("2024-02-29T12:34:56Z"), "d6ff65e079f0"),
            (time("2024-02-29T12:34:56.5Z"), "d7ff7735940065e079f0"),
            (
                time("0001-01-01T00:00:00Z"),
                "c70cff00000000fffffff1886e0900",
            ),
        ]);
    }
}
