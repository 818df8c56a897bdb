//! GUIDs: .NET's `Guid`.

use std::fmt;
use std::str::FromStr;

use serde::de::Deserializer;
use serde::{Deserialize, Serialize, Serializer};
use uuid::Uuid;

use super::{FormatError, text};

/// A GUID: the text `11223344-5566-7788-99aa-bbccddeeff00` in both encodings, and no other form; .NET's `Guid`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Guid(pub Uuid);

impl From<Uuid> for Guid {
    fn from(uuid: Uuid) -> Self {
        Self(uuid)
    }
}

impl From<Guid> for Uuid {
    fn from(guid: Guid) -> Self {
        guid.0
    }
}

impl fmt::Display for Guid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self.0.as_hyphenated(), f)
    }
}

impl FromStr for Guid {
    type Err = FormatError;

    fn from_str(text: &str) -> Result<Self, FormatError> {
        const LENGTH: usize = uuid::fmt::Hyphenated::LENGTH;
        let uuid = Uuid::try_parse(text).ok().filter(|_| text.len() == LENGTH);
        uuid.map(Self).ok_or(FormatError::expected(
            "a GUID of the form 00000000-0000-0000-0000-000000000000",
        ))
    }
}

impl Serialize for Guid {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Guid {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        text::deserialize(deserializer)
    }
}

#[cfg(test)]
mod tests {
    use super::Guid;
    use crate::types::tables::json_table;

    #[test]
    fn json() {
        let zero = r#""00000000-0000-0000-0000-000000000000""#;
        json_table::<Guid>(&[
            (
                r#""11223344-5566-7788-99AA-BBCCDDEEFF00""#,
                Some(r#""11223344-5566-7788-99aa-bbccddeeff00""#),
            ),
            (zero, Some(zero)),
            (r#""11223344556677889900aabbccddeeff""#, None),
            (r#""{11223344-5566-7788-99aa-bbccddeeff00}""#, None),
            (r#""11223344""#, None),
            ("0", None),
        ]);
    }

    #[cfg(feature = "messagepack")]
    #[test]
    fn messagepack() {
        let hex: String = "00000000-0000-0000-0000-000000000000"
            .bytes()
            .map(|b| format!("{b:02x}"))
            .collect();
        crate::types::tables::messagepack_table(&[(Guid::default(), &format!("d924{hex}"))]);
    }
}
