//! How else a path may be spelled.

use std::collections::BTreeSet;

/// Paths with more letters are not registered in every spelling: each one costs time whenever axum
/// accepts a connection.
const LETTERS: usize = 6;

/// All spellings of a short path, the usual ones of a longer path.
pub(super) fn all(path: &str) -> BTreeSet<String> {
    let letters = path.bytes().filter(u8::is_ascii_alphabetic).count();
    if letters > LETTERS || has_parameters(path) {
        return usual(path);
    }
    (0..1_u32 << letters)
        .map(|upper| {
            let mut letter = 0;
            path.chars()
                .map(|character| {
                    if !character.is_ascii_alphabetic() {
                        return character;
                    }
                    let is_upper = upper & (1 << letter) != 0;
                    letter += 1;
                    if is_upper {
                        character.to_ascii_uppercase()
                    } else {
                        character.to_ascii_lowercase()
                    }
                })
                .collect()
        })
        .collect()
}

/// The spellings that people use: as written, lower case, upper case, and other initials.
pub(super) fn usual(path: &str) -> BTreeSet<String> {
    // The names of a path's parameters are the application's.
    if has_parameters(path) {
        return BTreeSet::from([path.to_owned()]);
    }
    let lower = path.to_ascii_lowercase();
    BTreeSet::from([
        with_initials(&lower, str::make_ascii_uppercase),
        with_initials(path, str::make_ascii_uppercase),
        with_initials(path, str::make_ascii_lowercase),
        path.to_ascii_uppercase(),
        path.to_owned(),
        lower,
    ])
}

fn has_parameters(path: &str) -> bool {
    path.contains('{')
}

/// The path with the first letter of each of its parts changed.
fn with_initials(path: &str, change: fn(&mut str)) -> String {
    let parts = path.split('/').map(|part| {
        let mut part = part.to_owned();
        if let Some(first) = part.get_mut(..1) {
            change(first);
        }
        part
    });
    parts.collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_paths_match_in_any_case() {
        assert_eq!(all("/hub").len(), 8);
        assert!(all("/hub").contains("/hUb"));
        assert_eq!(all("").len(), 1);
    }

    #[test]
    fn long_paths_match_as_people_spell_them() {
        let long = all("/api/chatHub");
        for path in [
            "/api/chatHub",
            "/api/chathub",
            "/Api/ChatHub",
            "/Api/Chathub",
            "/API/CHATHUB",
        ] {
            assert!(long.contains(path), "{path}");
        }
        assert_eq!(all("/ärger/größenordnung").len(), 3);
    }

    #[test]
    fn a_path_with_parameters_matches_as_written() {
        assert_eq!(all("/{tenant}/hub").len(), 1);
    }
}
