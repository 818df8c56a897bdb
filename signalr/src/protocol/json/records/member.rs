use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, Visitor};
use serde::forward_to_deserialize_any;

/// Reads a member's name, for a seed, a deserializer and a visitor in turn, and gives it as the
/// record spells it.
pub(super) struct MemberName<R> {
    pub(super) reader: R,
    pub(super) members: &'static [&'static str],
}

impl<'de, S: DeserializeSeed<'de>> DeserializeSeed<'de> for MemberName<S> {
    type Value = S::Value;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<S::Value, D::Error> {
        self.reader.deserialize(MemberName {
            reader: from,
            members: self.members,
        })
    }
}

impl<'de, D: Deserializer<'de>> Deserializer<'de> for MemberName<D> {
    type Error = D::Error;

    #[inline]
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.reader.deserialize_identifier(MemberName {
            reader: visitor,
            members: self.members,
        })
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit unit_struct newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

impl<'de, V: Visitor<'de>> Visitor<'de> for MemberName<V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.reader.expecting(f)
    }

    #[inline]
    fn visit_borrowed_str<E: Error>(self, name: &'de str) -> Result<V::Value, E> {
        if self.members.contains(&name) {
            return self.reader.visit_borrowed_str(name);
        }
        match in_other_case(self.members, name) {
            Some(member) => self.reader.visit_borrowed_str(member),
            None => self.reader.visit_borrowed_str(name),
        }
    }

    #[inline]
    fn visit_str<E: Error>(self, name: &str) -> Result<V::Value, E> {
        if self.members.contains(&name) {
            return self.reader.visit_str(name);
        }
        let member = in_other_case(self.members, name);
        self.reader.visit_str(member.unwrap_or(name))
    }
}

#[cold]
fn in_other_case(members: &'static [&'static str], name: &str) -> Option<&'static str> {
    let same = |member: &&&str| {
        if name.is_ascii() {
            member.eq_ignore_ascii_case(name)
        } else {
            upper(member).eq(upper(name))
        }
    };
    members.iter().find(same).copied()
}

/// As .NET compares: letter by letter, so that none becomes two.
fn upper(text: &str) -> impl Iterator<Item = char> {
    text.chars().map(|letter| {
        let mut upper = letter.to_uppercase();
        match (upper.next(), upper.next()) {
            (Some(one), None) => one,
            _ => letter,
        }
    })
}
