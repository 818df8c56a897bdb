//! JSON texts: made compact, parsed leniently, read in order.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, DeserializeOwned, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use serde_json::{Value, json};

/// The byte that ends a hub message.
pub(super) const SEPARATOR: char = '\u{1e}';

/// The text without the blanks between its tokens; everything else, also the order of properties, stays.
pub(super) fn compact(raw: &RawValue) -> String {
    let mut out = String::with_capacity(raw.get().len());
    let (mut inside, mut escaped) = (false, false);
    for c in raw.get().chars() {
        if inside || !c.is_ascii_whitespace() {
            out.push(c);
        }
        inside ^= c == '"' && !escaped;
        escaped = inside && c == '\\' && !escaped;
    }
    out
}

/// What a vector sends: a text as it is, anything else as a hub message.
pub(super) fn framed(raw: &RawValue) -> String {
    serde_json::from_str::<String>(raw.get()).unwrap_or_else(|_| {
        let mut text = compact(raw);
        text.push(SEPARATOR);
        text
    })
}

/// The parsed text; what is not JSON becomes a value that equals nothing a vector expects.
pub(super) fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| json!({ "not JSON": text }))
}

/// Reads an object as pairs in the order written.
pub(super) fn in_order<'de, V, D>(deserializer: D) -> Result<Vec<(String, V)>, D::Error>
where
    V: Deserialize<'de>,
    D: Deserializer<'de>,
{
    struct Pairs<V>(PhantomData<V>);

    impl<'de, V: Deserialize<'de>> Visitor<'de> for Pairs<V> {
        type Value = Vec<(String, V)>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut pairs = Vec::new();
            while let Some(pair) = map.next_entry()? {
                pairs.push(pair);
            }
            Ok(pairs)
        }
    }
    deserializer.deserialize_map(Pairs(PhantomData))
}

/// Reads one value, or a list of them.
pub(super) fn one_or_many<T: DeserializeOwned>(raw: &RawValue) -> serde_json::Result<Vec<T>> {
    if raw.get().starts_with('[') {
        serde_json::from_str(raw.get())
    } else {
        Ok(vec![serde_json::from_str(raw.get())?])
    }
}

#[cfg(test)]
mod tests {
    use super::{compact, framed};
    use serde_json::value::RawValue;

    fn raw(text: &str) -> Box<RawValue> {
        RawValue::from_string(text.into()).expect("JSON")
    }

    #[test]
    fn compact_keeps_texts_and_order() {
        let cases = [
            (r#"{ "b": 1.50, "a": [ 1, 2 ] }"#, r#"{"b":1.50,"a":[1,2]}"#),
            (
                r#"{ "a \" b": "c \\" , "d": " e " }"#,
                r#"{"a \" b":"c \\","d":" e "}"#,
            ),
            ("[\n 1\n]", "[1]"),
        ];
        for (text, expected) in cases {
            assert_eq!(compact(&raw(text)), expected);
        }
    }

    #[test]
    fn texts_are_sent_as_they_are() {
        assert_eq!(framed(&raw(r#""{]\u001e""#)), "{]\u{1e}");
        assert_eq!(framed(&raw(r#"{ "type": 6 }"#)), "{\"type\":6}\u{1e}");
    }
}
