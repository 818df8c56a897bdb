//! Values captured from the server, by name.

use std::collections::HashMap;

use serde_json::Value;

/// Values captured from the server, by name.
#[derive(Clone, Debug, Default)]
pub(super) struct Names(HashMap<String, String>);

impl Names {
    pub(super) fn set(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.0.insert(name.into(), value.into());
    }

    /// Puts captured values in place of `${name}`; a name that is not known stands for itself.
    pub(super) fn fill(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(start) = rest.find("${") {
            let Some(length) = rest[start..].find('}') else {
                break;
            };
            let (before, placeholder) = (&rest[..start], &rest[start..=start + length]);
            out.push_str(before);
            let name = &placeholder[2..placeholder.len() - 1];
            out.push_str(self.0.get(name).map_or(placeholder, String::as_str));
            rest = &rest[start + placeholder.len()..];
        }
        out.push_str(rest);
        out
    }

    /// Fills every text in the value.
    pub(super) fn fill_value(&self, value: &Value) -> Value {
        match value {
            Value::String(text) => Value::String(self.fill(text)),
            Value::Array(items) => items.iter().map(|item| self.fill_value(item)).collect(),
            Value::Object(fields) => fields
                .iter()
                .map(|(name, field)| (name.clone(), self.fill_value(field)))
                .collect(),
            other => other.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Names;

    #[test]
    fn known_names_are_filled() {
        let mut names = Names::default();
        names.set("a.id", "X");
        let cases = [
            ("${a.id}/${b.id}${a.id}", "X/${b.id}X"),
            ("no $ {name}", "no $ {name}"),
            ("${open", "${open"),
        ];
        for (text, expected) in cases {
            assert_eq!(names.fill(text), expected);
        }
    }
}
