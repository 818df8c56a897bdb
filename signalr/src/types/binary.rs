//! Bytes: .NET's `byte[]`.

use std::fmt;
use std::ops::Deref;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde::de::{Deserializer, Error, Visitor};
use serde::{Deserialize, Serialize, Serializer};

/// Bytes: Base64 in JSON, bin in MessagePack; .NET's `byte[]`, JavaScript's `Uint8Array` (over MessagePack).
///
/// A plain `Vec<u8>` is a list of numbers instead.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Binary(pub Bytes);

impl Deref for Binary {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl AsRef<[u8]> for Binary {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl From<Bytes> for Binary {
    fn from(bytes: Bytes) -> Self {
        Self(bytes)
    }
}

impl From<Vec<u8>> for Binary {
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes.into())
    }
}

impl From<&[u8]> for Binary {
    fn from(bytes: &[u8]) -> Self {
        Self(Bytes::copy_from_slice(bytes))
    }
}

impl From<Binary> for Bytes {
    fn from(binary: Binary) -> Self {
        binary.0
    }
}

impl From<Binary> for Vec<u8> {
    fn from(binary: Binary) -> Self {
        binary.0.into()
    }
}

impl Serialize for Binary {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.serialize_str(&STANDARD.encode(&self.0))
        } else {
            serializer.serialize_bytes(&self.0)
        }
    }
}

impl<'de> Deserialize<'de> for Binary {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            deserializer.deserialize_str(Base64)
        } else {
            deserializer.deserialize_byte_buf(Raw)
        }
    }
}

struct Base64;

impl Visitor<'_> for Base64 {
    type Value = Binary;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a Base64 text")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Binary, E> {
        STANDARD
            .decode(text)
            .map(Binary::from)
            .map_err(|e| E::custom(format_args!("not Base64: {e}")))
    }
}

struct Raw;

impl Visitor<'_> for Raw {
    type Value = Binary;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("bytes")
    }

    fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Binary, E> {
        Ok(bytes.into())
    }

    fn visit_byte_buf<E: Error>(self, bytes: Vec<u8>) -> Result<Binary, E> {
        Ok(bytes.into())
    }
}

#[cfg(test)]
mod tests {
    use super::Binary;
    use crate::types::tables::json_table;

    #[test]
    fn json() {
        json_table::<Binary>(&[
            (r#""AAECAwT/""#, Some(r#""AAECAwT/""#)),
            (r#""""#, Some(r#""""#)),
            (r#""YQ==""#, Some(r#""YQ==""#)),
            (r#""YQ""#, None),
            (r#""***""#, None),
            (r#""-_-_""#, None),
            ("[1,2]", None),
            ("null", None),
        ]);
    }

    #[cfg(feature = "messagepack")]
    #[test]
    fn messagepack() {
        crate::types::tables::messagepack_table(&[
            (Binary::default(), "c400"),
            (Binary::from([1, 255].as_slice()), "c40201ff"),
        ]);
    }
}
