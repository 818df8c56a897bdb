//! Points in time with an offset from UTC: .NET's `DateTimeOffset`.

use std::fmt;
use std::str::FromStr;

use serde::de::{Deserializer, Error as _};
use serde::ser::Error as _;
use serde::{Deserialize, Serialize, Serializer};
use time::{Date, OffsetDateTime, PrimitiveDateTime, UtcOffset};

use super::iso::{self, Zone};
use super::timestamp::Timestamp;
use super::{FormatError, OutOfRange, text};

/// A point in time and the offset of the place where it was taken; .NET's `DateTimeOffset`.
///
/// In JSON `2024-02-29T12:34:56.5+01:00`; `Z` is understood, and a text without an offset is taken for UTC. In
/// MessagePack a timestamp of what the clock shows, and the offset in minutes. An offset has whole minutes, fourteen
/// hours at most; time is counted in steps of 100 nanoseconds; years go from 1 to 9999.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DateTimeOffset(pub OffsetDateTime);

impl Default for DateTimeOffset {
    /// `0001-01-01T00:00:00+00:00`, as in .NET.
    fn default() -> Self {
        let first = Date::from_ordinal_date(1, 1).unwrap_or(Date::MIN);
        Self(first.midnight().assume_utc())
    }
}

impl From<OffsetDateTime> for DateTimeOffset {
    fn from(time: OffsetDateTime) -> Self {
        Self(time)
    }
}

impl From<DateTimeOffset> for OffsetDateTime {
    fn from(value: DateTimeOffset) -> Self {
        value.0
    }
}

impl fmt::Display for DateTimeOffset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        iso::write_date_time(f, PrimitiveDateTime::new(self.0.date(), self.0.time()))?;
        iso::write_offset(f, self.0.offset())
    }
}

impl FromStr for DateTimeOffset {
    type Err = FormatError;

    fn from_str(text: &str) -> Result<Self, FormatError> {
        let expected =
            FormatError::expected("a date, time and offset such as 2024-02-29T12:34:56.5+01:00");
        let time = iso::date_time(text).map(|(clock, zone)| match zone {
            Zone::Unspecified | Zone::Utc => clock.assume_utc(),
            Zone::Offset(offset) => clock.assume_offset(offset),
        });
        time.filter(|time| fits(*time)).map(Self).ok_or(expected)
    }
}

/// Whether .NET can hold it: both its clock and its point in time.
fn fits(time: OffsetDateTime) -> bool {
    let utc = time.checked_to_offset(UtcOffset::UTC);
    iso::year_fits(time.date()) && utc.is_some_and(|utc| iso::year_fits(utc.date()))
}

impl Serialize for DateTimeOffset {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if !fits(self.0) {
            return Err(S::Error::custom(OutOfRange::of("DateTimeOffset")));
        }
        if serializer.is_human_readable() {
            return serializer.collect_str(self);
        }
        let clock = Timestamp(self.0.replace_offset(UtcOffset::UTC));
        (clock, self.0.offset().whole_minutes()).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for DateTimeOffset {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            return text::deserialize(deserializer);
        }
        let (Timestamp(clock), minutes) = <(Timestamp, i16)>::deserialize(deserializer)?;
        let time =
            iso::offset_of_minutes(minutes.into()).map(|offset| clock.replace_offset(offset));
        let time = time.filter(|time| fits(*time));
        time.map(Self)
            .ok_or_else(|| D::Error::custom(OutOfRange::of("DateTimeOffset")))
    }
}

#[cfg(test)]
mod tests {
    use super::DateTimeOffset;
    use crate::types::tables::json_table;

    #[test]
    fn json() {
        json_table::<DateTimeOffset>(&[
            (
                r#""2024-02-29T12:34:56Z""#,
                Some(r#""2024-02-29T12:34:56+00:00""#),
            ),
            (
                r#""2024-02-29T12:34:56""#,
                Some(r#""2024-02-29T12:34:56+00:00""#),
            ),
            (
                r#""2024-02-29T12:34:56.5+01:00""#,
                Some(r#""2024-02-29T12:34:56.5+01:00""#),
            ),
            (
                r#""2024-02-29T12:34:56-14:00""#,
                Some(r#""2024-02-29T12:34:56-14:00""#),
            ),
            (
                r#""2024-02-29T12:34:56-00:30""#,
                Some(r#""2024-02-29T12:34:56-00:30""#),
            ),
            (r#""0001-01-01T00:00:00+14:00""#, None),
            (r#""29.2.2024""#, None),
        ]);
    }

    #[cfg(feature = "messagepack")]
    #[test]
    fn messagepack() {
        let time = |text: &str| {
            text.parse::<DateTimeOffset>()
                .expect("a date, time and offset")
        };
        crate::types::tables::messagepack_table(&[
            (time("2024-02-29T12:34:56+00:00"), "92d6ff65e079f000"),
            (time("2024-02-29T12:34:56+01:00"), "92d6ff65e079f03c"),
        ]);
    }
}
