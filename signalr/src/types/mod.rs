//! Values that look the way .NET writes them, in both encodings.
//!
//! Numbers, texts, lists and structs need nothing from here. These types are for what JSON has no form of its own
//! for: bytes, points and spans of time, decimals and GUIDs. Each writes and reads the form that ASP.NET Core uses:
//! a text (or a number) in JSON, the native form in MessagePack.
//!
//! | type | .NET | JSON | MessagePack |
//! |---|---|---|---|
//! | [`Binary`] | `byte[]` | Base64 | bin |
//! | [`Decimal`] | `decimal` | number, trailing zeros kept | text |
//! | [`TimeSpan`] | `TimeSpan` | `[-][d.]hh:mm:ss[.fffffff]` | number of ticks |
//! | `DateTime` | `DateTime` | `2024-02-29T12:34:56.5Z`, with `Z`, an offset or nothing | timestamp |
//! | `DateTimeOffset` | `DateTimeOffset` | the same, always with an offset | timestamp and minutes |
//! | `DateOnly` | `DateOnly` | `2024-02-29` | number of the day |
//! | `TimeOnly` | `TimeOnly` | `12:34:56.5000000` | number of ticks |
//! | `Guid` | `Guid` | `11223344-5566-7788-99aa-bbccddeeff00` | text |
//!
//! The last five need feature `types`; they wrap the types of the crates `time` and `uuid`.

mod binary;
mod cursor;
mod decimal;
mod format_error;
mod out_of_range;
#[cfg(test)]
mod tables;
mod text;
mod ticks;
mod time_span;

#[cfg(feature = "types")]
mod date_only;
#[cfg(feature = "types")]
mod date_time;
#[cfg(feature = "types")]
mod date_time_offset;
#[cfg(feature = "types")]
mod guid;
#[cfg(feature = "types")]
mod iso;
#[cfg(feature = "types")]
mod time_only;
#[cfg(feature = "types")]
mod timestamp;

pub use binary::Binary;
pub use decimal::Decimal;
pub use format_error::FormatError;
pub use out_of_range::OutOfRange;
pub use time_span::TimeSpan;

#[cfg(feature = "types")]
pub use date_only::DateOnly;
#[cfg(feature = "types")]
pub use date_time::{DateTime, DateTimeKind};
#[cfg(feature = "types")]
pub use date_time_offset::DateTimeOffset;
#[cfg(feature = "types")]
pub use guid::Guid;
#[cfg(feature = "types")]
pub use time_only::TimeOnly;

/// The guide's examples, which must compile.
#[cfg(all(doctest, feature = "types"))]
#[doc = include_str!("../../../docs/types.md")]
mod guide {}
