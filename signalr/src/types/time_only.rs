//! Times of day: .NET's `TimeOnly`.

use std::fmt;
use std::str::FromStr;

use serde::de::{Deserializer, Error as _};
use serde::{Deserialize, Serialize, Serializer};
use time::{Duration, Time};

use super::cursor::Cursor;
use super::{FormatError, OutOfRange, iso, text, ticks};

/// A time of day: `12:34:56.5000000` in JSON, the number of ticks since midnight in MessagePack; .NET's `TimeOnly`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TimeOnly(pub Time);

impl TimeOnly {
    fn ticks(self) -> i64 {
        let (hour, minute, second, nano) = self.0.as_hms_nano();
        let seconds = (i64::from(hour) * 60 + i64::from(minute)) * 60 + i64::from(second);
        seconds * ticks::PER_SECOND.cast_signed() + i64::from(nano / 100)
    }

    fn from_ticks(ticks: i64) -> Option<Self> {
        let valid = (0..24 * 3600 * ticks::PER_SECOND.cast_signed()).contains(&ticks);
        valid.then(|| Self(Time::MIDNIGHT + Duration::nanoseconds(ticks * 100)))
    }
}

impl From<Time> for TimeOnly {
    fn from(time: Time) -> Self {
        Self(time)
    }
}

impl From<TimeOnly> for Time {
    fn from(value: TimeOnly) -> Self {
        value.0
    }
}

impl fmt::Display for TimeOnly {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        iso::write_clock(f, self.0)?;
        ticks::write_padded(f, self.0.nanosecond() / 100)
    }
}

impl FromStr for TimeOnly {
    type Err = FormatError;

    fn from_str(text: &str) -> Result<Self, FormatError> {
        let mut cursor = Cursor::new(text);
        let time = iso::time(&mut cursor).filter(|_| cursor.at_end());
        time.map(Self)
            .ok_or(FormatError::expected("a time of day such as 12:34:56.5"))
    }
}

impl Serialize for TimeOnly {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.collect_str(self)
        } else {
            serializer.serialize_i64(self.ticks())
        }
    }
}

impl<'de> Deserialize<'de> for TimeOnly {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            return text::deserialize(deserializer);
        }
        let time = Self::from_ticks(i64::deserialize(deserializer)?);
        time.ok_or_else(|| D::Error::custom(OutOfRange::of("TimeOnly")))
    }
}

#[cfg(test)]
mod tests {
    use super::TimeOnly;
    use crate::types::tables::json_table;

    #[test]
    fn json() {
        json_table::<TimeOnly>(&[
            (r#""03:04:05.5""#, Some(r#""03:04:05.5000000""#)),
            (r#""03:04""#, Some(r#""03:04:00""#)),
            (r#""23:59:59.9999999""#, Some(r#""23:59:59.9999999""#)),
            (r#""24:00""#, None),
            (r#""3:04""#, None),
        ]);
    }

    #[cfg(feature = "messagepack")]
    #[test]
    fn messagepack() {
        let time = |text: &str| text.parse::<TimeOnly>().expect("a time of day");
        crate::types::tables::messagepack_table(&[
            (time("00:00:00.0000001"), "01"),
            (time("23:59:59.9999999"), "cf000000c92a69bfff"),
        ]);
    }
}
