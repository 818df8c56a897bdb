//! Lengths of time: .NET's `TimeSpan`.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use serde::de::Deserializer;
use serde::{Deserialize, Serialize, Serializer};

use super::cursor::Cursor;
use super::{FormatError, OutOfRange, text, ticks};

const PER_DAY: u64 = 86_400 * ticks::PER_SECOND;

/// A length of time, also negative: `[-][d.]hh:mm:ss[.fffffff]` in JSON, a number of ticks in MessagePack; .NET's
/// `TimeSpan`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TimeSpan {
    ticks: i64,
}

impl TimeSpan {
    /// A span of so many ticks of 100 nanoseconds.
    #[must_use]
    pub const fn from_ticks(ticks: i64) -> Self {
        Self { ticks }
    }

    /// The number of ticks of 100 nanoseconds.
    #[must_use]
    pub const fn ticks(self) -> i64 {
        self.ticks
    }
}

impl TryFrom<Duration> for TimeSpan {
    type Error = OutOfRange;

    fn try_from(duration: Duration) -> Result<Self, OutOfRange> {
        let ticks = duration.as_nanos() / 100;
        ticks
            .try_into()
            .map(Self::from_ticks)
            .map_err(|_| OutOfRange::of("TimeSpan"))
    }
}

impl TryFrom<TimeSpan> for Duration {
    type Error = OutOfRange;

    /// Fails if the span is negative.
    fn try_from(span: TimeSpan) -> Result<Self, OutOfRange> {
        let ticks = u64::try_from(span.ticks).map_err(|_| OutOfRange::of("a duration"))?;
        let nanos = u32::try_from(ticks % ticks::PER_SECOND * 100).unwrap_or_default();
        Ok(Self::new(ticks / ticks::PER_SECOND, nanos))
    }
}

#[cfg(feature = "types")]
impl TryFrom<time::Duration> for TimeSpan {
    type Error = OutOfRange;

    fn try_from(duration: time::Duration) -> Result<Self, OutOfRange> {
        let ticks = duration.whole_nanoseconds() / 100;
        ticks
            .try_into()
            .map(Self::from_ticks)
            .map_err(|_| OutOfRange::of("TimeSpan"))
    }
}

#[cfg(feature = "types")]
impl From<TimeSpan> for time::Duration {
    fn from(span: TimeSpan) -> Self {
        let per_second = ticks::PER_SECOND.cast_signed();
        let nanos = i32::try_from(span.ticks % per_second * 100).unwrap_or_default();
        Self::new(span.ticks / per_second, nanos)
    }
}

impl fmt::Display for TimeSpan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.ticks < 0 { "-" } else { "" };
        let ticks = self.ticks.unsigned_abs();
        f.write_str(sign)?;
        if ticks >= PER_DAY {
            write!(f, "{}.", ticks / PER_DAY)?;
        }
        let seconds = ticks / ticks::PER_SECOND;
        let (hours, minutes) = (seconds / 3600 % 24, seconds / 60 % 60);
        write!(f, "{hours:02}:{minutes:02}:{:02}", seconds % 60)?;
        ticks::write_padded(f, (ticks % ticks::PER_SECOND) as u32)
    }
}

impl FromStr for TimeSpan {
    type Err = FormatError;

    fn from_str(text: &str) -> Result<Self, FormatError> {
        parse(text).ok_or(FormatError::expected(
            "a time span of the form [-][d.]hh:mm:ss[.fffffff]",
        ))
    }
}

fn parse(text: &str) -> Option<TimeSpan> {
    let mut cursor = Cursor::new(text);
    let negative = cursor.takes(b'-');
    let (mut days, mut hours, mut minutes, mut seconds, mut fraction) =
        (0, cursor.any_number()?, 0, 0, 0);
    if cursor.at_end() {
        // A number alone counts days.
        (days, hours) = (hours, 0);
    } else {
        if cursor.takes(b'.') {
            (days, hours) = (hours, cursor.any_number()?);
        }
        cursor.needs(b':')?;
        minutes = cursor.any_number()?;
    }
    if cursor.takes(b':') {
        seconds = cursor.any_number()?;
        if cursor.takes(b'.') {
            fraction = ticks::fraction(&mut cursor, 7)?;
        }
    }
    let valid = hours < 24 && minutes < 60 && seconds < 60 && cursor.at_end();
    let whole =
        u64::from(days) * 86_400 + u64::from(hours) * 3600 + u64::from(minutes * 60 + seconds);
    let ticks = i128::from(whole) * i128::from(ticks::PER_SECOND) + i128::from(fraction);
    let ticks = if negative { -ticks } else { ticks }.try_into().ok()?;
    valid.then_some(TimeSpan { ticks })
}

impl Serialize for TimeSpan {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.collect_str(self)
        } else {
            serializer.serialize_i64(self.ticks)
        }
    }
}

impl<'de> Deserialize<'de> for TimeSpan {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            text::deserialize(deserializer)
        } else {
            i64::deserialize(deserializer).map(Self::from_ticks)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::TimeSpan;
    use crate::types::tables::json_table;
    use std::time::Duration;

    #[test]
    fn json() {
        json_table::<TimeSpan>(&[
            (r#""1.02:03:04.5""#, Some(r#""1.02:03:04.5000000""#)),
            (r#""00:00:00""#, Some(r#""00:00:00""#)),
            (r#""-00:00:00.0000001""#, Some(r#""-00:00:00.0000001""#)),
            (r#""23:59""#, Some(r#""23:59:00""#)),
            (r#""5""#, Some(r#""5.00:00:00""#)),
            (r#""1.2""#, None),
            (r#""1:00:00:00""#, None),
            (
                r#""-10675199.02:48:05.4775808""#,
                Some(r#""-10675199.02:48:05.4775808""#),
            ),
            (r#""10675199.02:48:05.4775808""#, None),
            (r#""24:00:00""#, None),
            (r#""00:60:00""#, None),
            (r#""00:00:00.12345678""#, None),
            (r#""soon""#, None),
            (r#""PT1H""#, None),
            ("5", None),
        ]);
    }

    #[test]
    fn durations() {
        let cases = [
            (15_000_000, Some(Duration::from_millis(1500))),
            (0, Some(Duration::ZERO)),
            (-1, None),
        ];
        for (ticks, duration) in cases {
            let span = TimeSpan::from_ticks(ticks);
            assert_eq!(Duration::try_from(span).ok(), duration);
            if let Some(duration) = duration {
                assert_eq!(TimeSpan::try_from(duration), Ok(span));
            }
        }
        assert!(TimeSpan::try_from(Duration::MAX).is_err());
    }

    #[cfg(feature = "messagepack")]
    #[test]
    fn messagepack() {
        crate::types::tables::messagepack_table(&[
            (TimeSpan::from_ticks(1), "01"),
            (TimeSpan::from_ticks(-10_000_000), "d2ff676980"),
        ]);
    }
}
