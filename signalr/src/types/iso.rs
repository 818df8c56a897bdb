//! Dates and times as texts, in the profile of ISO 8601 that .NET reads and writes.

use std::fmt;

use time::{Date, Month, PrimitiveDateTime, Time, UtcOffset};

use super::cursor::Cursor;
use super::ticks;

/// What follows a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Zone {
    Unspecified,
    Utc,
    Offset(UtcOffset),
}

/// The years that .NET's dates can have.
pub(super) fn year_fits(date: Date) -> bool {
    (1..=9999).contains(&date.year())
}

/// A date, or a date and a time with what follows it.
pub(super) fn date_time(text: &str) -> Option<(PrimitiveDateTime, Zone)> {
    let mut cursor = Cursor::new(text);
    let date = date(&mut cursor)?;
    if cursor.at_end() {
        return Some((date.midnight(), Zone::Unspecified));
    }
    cursor.needs(b'T')?;
    let time = time(&mut cursor)?;
    let zone = zone(&mut cursor)?;
    cursor
        .at_end()
        .then(|| (PrimitiveDateTime::new(date, time), zone))
}

pub(super) fn date(from: &mut Cursor<'_>) -> Option<Date> {
    let year = from.number(4, 10_000)?;
    from.needs(b'-')?;
    let month = Month::try_from(u8::try_from(from.number(2, 13)?).ok()?).ok()?;
    from.needs(b'-')?;
    let day = u8::try_from(from.number(2, 32)?).ok()?;
    let date = Date::from_calendar_date(year.cast_signed(), month, day).ok()?;
    year_fits(date).then_some(date)
}

/// A time; the seconds and their fraction may be missing.
pub(super) fn time(from: &mut Cursor<'_>) -> Option<Time> {
    let hour = from.number(2, 24)?;
    from.needs(b':')?;
    let minute = from.number(2, 60)?;
    let (mut second, mut fraction) = (0, 0);
    if from.takes(b':') {
        second = from.number(2, 60)?;
        if from.takes(b'.') {
            fraction = ticks::fraction(from, 16)?;
        }
    }
    Time::from_hms_nano(hour as u8, minute as u8, second as u8, fraction * 100).ok()
}

fn zone(from: &mut Cursor<'_>) -> Option<Zone> {
    if from.at_end() {
        return Some(Zone::Unspecified);
    }
    if from.takes(b'Z') {
        return Some(Zone::Utc);
    }
    let negative = !from.takes(b'+');
    if negative {
        from.needs(b'-')?;
    }
    let hours = from.number(2, 15)?;
    let minutes = if from.takes(b':') {
        from.number(2, 60)?
    } else {
        0
    };
    let total = (hours * 60 + minutes).cast_signed();
    // .NET knows no offset beyond 14 hours.
    let total = if total <= 14 * 60 { total } else { return None };
    offset_of_minutes(if negative { -total } else { total }).map(Zone::Offset)
}

pub(super) fn offset_of_minutes(minutes: i32) -> Option<UtcOffset> {
    UtcOffset::from_whole_seconds(minutes * 60).ok()
}

pub(super) fn write_date(f: &mut fmt::Formatter<'_>, date: Date) -> fmt::Result {
    write!(
        f,
        "{:04}-{:02}-{:02}",
        date.year(),
        u8::from(date.month()),
        date.day()
    )
}

/// Writes hours, minutes and seconds.
pub(super) fn write_clock(f: &mut fmt::Formatter<'_>, time: Time) -> fmt::Result {
    write!(
        f,
        "{:02}:{:02}:{:02}",
        time.hour(),
        time.minute(),
        time.second()
    )
}

pub(super) fn write_date_time(f: &mut fmt::Formatter<'_>, value: PrimitiveDateTime) -> fmt::Result {
    write_date(f, value.date())?;
    f.write_str("T")?;
    write_clock(f, value.time())?;
    ticks::write_short(f, value.nanosecond() / 100)
}

pub(super) fn write_offset(f: &mut fmt::Formatter<'_>, offset: UtcOffset) -> fmt::Result {
    let sign = if offset.is_negative() { '-' } else { '+' };
    let (hours, minutes, _) = offset.as_hms();
    write!(
        f,
        "{sign}{:02}:{:02}",
        hours.unsigned_abs(),
        minutes.unsigned_abs()
    )
}
