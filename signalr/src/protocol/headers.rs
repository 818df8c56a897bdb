use std::borrow::Cow;

/// The headers of a message, such as the caller's trace context. Most messages have none.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Headers<'a> {
    entries: Vec<(Cow<'a, str>, Cow<'a, str>)>,
}

impl<'a> Headers<'a> {
    pub(super) fn push(&mut self, name: Cow<'a, str>, value: Cow<'a, str>) {
        self.entries.push((name, value));
    }

    /// The value under `name`, which is matched exactly; the last one if the sender repeated it.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.entries
            .iter()
            .rev()
            .find(|(entry, _)| entry == name)
            .map(|(_, value)| &**value)
    }

    /// All names and values in the order they were sent.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.entries.iter().map(|(name, value)| (&**name, &**value))
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}
