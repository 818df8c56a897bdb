use std::fmt;

use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::{SerializeMap, Serializer};
use serde::{Deserialize, Serialize};

/// Any value of either encoding, with its maps in order.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    Nil,
    Bool(bool),
    Signed(i64),
    Unsigned(u64),
    Float(f64),
    Text(String),
    Bytes(Vec<u8>),
    List(Vec<Self>),
    Map(Vec<(String, Self)>),
    Extension(i8, Vec<u8>),
    /// A moment in time, of which the test only knows that it is one.
    Moment,
    /// JavaScript's `undefined`.
    Undefined,
}

impl Value {
    pub(crate) fn get(&self, name: &str) -> Option<&Self> {
        let Self::Map(entries) = self else {
            return None;
        };
        entries
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value)
    }

    pub(crate) fn text(&self) -> &str {
        match self {
            Self::Text(text) => text,
            other => panic!("not a text: {other:?}"),
        }
    }

    pub(crate) fn list(&self) -> &[Self] {
        match self {
            Self::List(list) => list,
            other => panic!("not a list: {other:?}"),
        }
    }

    pub(crate) fn entries(&self) -> &[(String, Self)] {
        match self {
            Self::Nil => &[],
            Self::Map(entries) => entries,
            other => panic!("not a map: {other:?}"),
        }
    }

    pub(crate) fn number(&self) -> i64 {
        match *self {
            Self::Signed(number) => number,
            Self::Unsigned(number) => number.try_into().expect("a small number"),
            ref other => panic!("not a whole number: {other:?}"),
        }
    }

    /// Whether we could write it: moments are the business of the types that stand for them.
    pub(crate) fn is_writable(&self) -> bool {
        match self {
            Self::Moment => false,
            Self::List(list) => list.iter().all(Self::is_writable),
            Self::Map(entries) => entries.iter().all(|(_, value)| value.is_writable()),
            _ => true,
        }
    }

    /// The map that stands for a value JSON lacks, as that value.
    fn special(entries: &[(String, Self)]) -> Option<Self> {
        let (name, value) = entries.first()?;
        Some(match name.as_str() {
            "$bytes" => Self::Bytes(unhex(value.text())),
            "$date" => Self::Moment,
            "$number" => Self::Float(value.text().parse().expect("a number")),
            "$undefined" => Self::Undefined,
            "$ext" => {
                let tag = value.number().try_into().expect("a type of an extension");
                Self::Extension(tag, unhex(entries[1].1.text()))
            }
            _ => return None,
        })
    }
}

pub(crate) fn unhex(digits: &str) -> Vec<u8> {
    let byte = |at| u8::from_str_radix(&digits[at..at + 2], 16).expect("hexadecimal digits");
    (0..digits.len()).step_by(2).map(byte).collect()
}

/// Numbers look alike however they are encoded: JavaScript has only one kind of them.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nil => f.write_str("nil"),
            Self::Bool(value) => write!(f, "{value}"),
            Self::Signed(number) => write!(f, "{}", *number as f64),
            Self::Unsigned(number) => write!(f, "{}", *number as f64),
            Self::Float(number) => write!(f, "{number}"),
            Self::Text(text) => write!(f, "{text:?}"),
            Self::Bytes(bytes) => write!(f, "bytes {bytes:02x?}"),
            Self::List(list) => {
                f.write_str("[")?;
                list.iter().try_for_each(|value| write!(f, "{value},"))?;
                f.write_str("]")
            }
            Self::Map(entries) => {
                f.write_str("{")?;
                entries
                    .iter()
                    .try_for_each(|(name, value)| write!(f, "{name}:{value},"))?;
                f.write_str("}")
            }
            Self::Extension(tag, bytes) => write!(f, "extension {tag} {bytes:02x?}"),
            Self::Moment => f.write_str("moment"),
            // Where a value must be, there is none to write but nil.
            Self::Undefined => f.write_str("nil"),
        }
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Nil | Self::Undefined => serializer.serialize_unit(),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Signed(number) => serializer.serialize_i64(*number),
            Self::Unsigned(number) => serializer.serialize_u64(*number),
            Self::Float(number) => serializer.serialize_f64(*number),
            Self::Text(text) => serializer.serialize_str(text),
            Self::Bytes(bytes) => serializer.serialize_bytes(bytes),
            Self::List(list) => serializer.collect_seq(list),
            Self::Map(entries) => {
                let mut map = serializer.serialize_map(Some(entries.len()))?;
                entries
                    .iter()
                    .try_for_each(|(name, value)| map.serialize_entry(name, value))?;
                map.end()
            }
            Self::Extension(..) | Self::Moment => {
                Err(serde::ser::Error::custom("only read in these tests"))
            }
        }
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyValue)
    }
}

struct AnyValue;

impl<'de> Visitor<'de> for AnyValue {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Nil)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(Value::Signed(number))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
        Ok(Value::Unsigned(number))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Value, E> {
        Ok(Value::Float(number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::Text(text.into()))
    }

    fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Value, E> {
        Ok(Value::Bytes(bytes.into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(value) = seq.next_element()? {
            list.push(value);
        }
        Ok(Value::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = map.next_entry()? {
            entries.push(entry);
        }
        Ok(Value::special(&entries).unwrap_or(Value::Map(entries)))
    }

    /// An extension of MessagePack.
    fn visit_newtype_struct<D: Deserializer<'de>>(self, ext: D) -> Result<Value, D::Error> {
        let (tag, bytes): (i8, Value) = Deserialize::deserialize(ext)?;
        Ok(match (tag, bytes) {
            (-1, _) => Value::Moment,
            (tag, Value::Bytes(bytes)) => Value::Extension(tag, bytes),
            other => panic!("not an extension: {other:?}"),
        })
    }
}
