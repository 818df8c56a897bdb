//! MessagePack's extension for points in time.

use std::fmt;

use serde::de::{Deserializer, Error, SeqAccess, Visitor};
use serde::{Deserialize, Serialize, Serializer};
use time::OffsetDateTime;

/// The extension's type.
const TYPE: i8 = -1;
/// The name by which `rmp-serde` tells an extension from a tuple.
const EXTENSION: &str = "_ExtStruct";

/// A point in time as MessagePack writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Timestamp(pub(super) OffsetDateTime);

impl Timestamp {
    /// The shortest of the three forms; .NET's precision ends at 100 nanoseconds.
    fn to_bytes(self) -> Vec<u8> {
        let seconds = self.0.unix_timestamp();
        let nanos = self.0.nanosecond() / 100 * 100;
        match u64::try_from(seconds) {
            Ok(seconds) if seconds >> 34 == 0 => {
                let packed = u64::from(nanos) << 34 | seconds;
                match u32::try_from(packed) {
                    Ok(seconds) => seconds.to_be_bytes().to_vec(),
                    Err(_) => packed.to_be_bytes().to_vec(),
                }
            }
            _ => [nanos.to_be_bytes().as_slice(), &seconds.to_be_bytes()].concat(),
        }
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (seconds, nanos) = match bytes.len() {
            4 => (u32::from_be_bytes(bytes.try_into().ok()?).into(), 0),
            8 => {
                let packed = u64::from_be_bytes(bytes.try_into().ok()?);
                let seconds = packed & ((1 << 34) - 1);
                (seconds.cast_signed(), (packed >> 34) as u32)
            }
            12 => {
                let (nanos, seconds) = bytes.split_at(4);
                let nanos = u32::from_be_bytes(nanos.try_into().ok()?);
                (i64::from_be_bytes(seconds.try_into().ok()?), nanos)
            }
            _ => return None,
        };
        let second = OffsetDateTime::from_unix_timestamp(seconds).ok()?;
        second.replace_nanosecond(nanos).ok().map(Self)
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_newtype_struct(EXTENSION, &(TYPE, Raw(self.to_bytes())))
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(EXTENSION, Extension)
    }
}

struct Extension;

impl<'de> Visitor<'de> for Extension {
    type Value = Timestamp;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a timestamp")
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, inner: D) -> Result<Timestamp, D::Error> {
        inner.deserialize_seq(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut parts: A) -> Result<Timestamp, A::Error> {
        let kind: Option<i8> = parts.next_element()?;
        let bytes: Option<Raw> = parts.next_element()?;
        let bytes = bytes.filter(|_| kind == Some(TYPE));
        let timestamp = bytes.and_then(|bytes| Timestamp::from_bytes(&bytes.0));
        timestamp.ok_or_else(|| A::Error::custom("expected a timestamp"))
    }
}

/// The extension's bytes, without the form of their own that they would have elsewhere.
struct Raw(Vec<u8>);

impl Serialize for Raw {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.0)
    }
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Bytes;

        impl Visitor<'_> for Bytes {
            type Value = Raw;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("bytes")
            }

            fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Raw, E> {
                Ok(Raw(bytes.to_vec()))
            }
        }
        deserializer.deserialize_bytes(Bytes)
    }
}
