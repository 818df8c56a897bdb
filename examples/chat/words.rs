//! What may be said, and how long it may be.

use signalr::HubError;

/// The length of a name, of a person or a room, in characters.
const NAME: usize = 24;
/// The length of what is said at once.
const TEXT: usize = 2000;
/// The length of a title.
const TITLE: usize = 60;

/// The name of a person or a room, if it can be one.
pub(crate) fn name(name: &str) -> Result<String, HubError> {
    within("A name", NAME, name)
}

/// What somebody says.
pub(crate) fn text(text: &str) -> Result<String, HubError> {
    within("A message", TEXT, text)
}

/// What somebody calls a note.
pub(crate) fn title(title: &str) -> Result<String, HubError> {
    within("A title", TITLE, title)
}

fn within(what: &str, most: usize, words: &str) -> Result<String, HubError> {
    let words = words.trim();
    match words.chars().count() {
        0 => Err(HubError::visible(format!(
            "{what} needs at least one letter."
        ))),
        length if length > most => Err(HubError::visible(format!(
            "{what} has at most {most} letters, not {length}."
        ))),
        _ => Ok(words.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::name;

    #[test]
    fn names_are_trimmed_and_measured_in_characters() {
        assert_eq!(name(" Ångström ").ok().as_deref(), Some("Ångström"));
        assert!(name("   ").is_err());
        assert!(name(&"ß".repeat(24)).is_ok());
        assert!(name(&"ß".repeat(25)).is_err());
    }
}
