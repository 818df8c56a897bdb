//! Texts in which the server makes up a part.

use super::names::Names;

/// A piece of an expected text.
enum Piece<'p> {
    Literal(String),
    /// Any text, as much as possible.
    Any(Option<&'p str>),
    /// 22 characters of URL-safe Base64, the shape of connection ids.
    Id(Option<&'p str>),
}

/// Whether the text is what the pattern wants; if so, its captures are noted.
pub(super) fn matches(pattern: &str, text: &str, names: &mut Names) -> bool {
    let mut captured = Vec::new();
    let found = rest_matches(&pieces(pattern, names), text, &mut captured);
    if found {
        for (name, value) in captured {
            names.set(name, value);
        }
    }
    found
}

fn pieces<'p>(pattern: &'p str, names: &Names) -> Vec<Piece<'p>> {
    let mut pieces = Vec::new();
    let mut rest = pattern;
    while let Some(start) = rest.find("${") {
        let Some(length) = rest[start..].find('}') else {
            break;
        };
        let placeholder = &rest[start..=start + length];
        let (kind, name) = match placeholder[2..placeholder.len() - 1].split_once(':') {
            Some((kind, name)) => (kind, Some(name)),
            None => (&placeholder[2..placeholder.len() - 1], None),
        };
        pieces.push(Piece::Literal(rest[..start].to_owned()));
        pieces.push(match kind {
            "any" => Piece::Any(name),
            "id22" => Piece::Id(name),
            _ => Piece::Literal(names.fill(placeholder)),
        });
        rest = &rest[start + placeholder.len()..];
    }
    pieces.push(Piece::Literal(rest.to_owned()));
    pieces
}

fn rest_matches<'p, 't>(
    pieces: &[Piece<'p>],
    text: &'t str,
    captured: &mut Vec<(&'p str, &'t str)>,
) -> bool {
    let Some((piece, later)) = pieces.split_first() else {
        return text.is_empty();
    };
    match piece {
        Piece::Literal(literal) => text
            .strip_prefix(literal.as_str())
            .is_some_and(|rest| rest_matches(later, rest, captured)),
        Piece::Id(name) => {
            let Some((id, rest)) = text.split_at_checked(22) else {
                return false;
            };
            let shaped = id
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
            shaped && capture(*name, id, rest, later, captured)
        }
        Piece::Any(name) => {
            let ends = text.char_indices().map(|(at, _)| at).chain([text.len()]);
            ends.rev()
                .any(|end| capture(*name, &text[..end], &text[end..], later, captured))
        }
    }
}

/// Notes the capture if what follows it matches too.
fn capture<'p, 't>(
    name: Option<&'p str>,
    value: &'t str,
    rest: &'t str,
    later: &[Piece<'p>],
    captured: &mut Vec<(&'p str, &'t str)>,
) -> bool {
    let found = rest_matches(later, rest, captured);
    if found {
        captured.extend(name.map(|name| (name, value)));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::matches;
    use crate::player::names::Names;

    #[test]
    fn patterns() {
        let id = "abcdefghijklmnopqrst-_";
        let cases = [
            ("${any}", "", true),
            ("a ${any} c", "a b b c", true),
            ("a ${any} c", "a b b", false),
            ("${id22}", id, true),
            ("${id22}", "abc", false),
            ("'${id22}'", &format!("'{id}'"), true),
            ("${known} ${unknown}", "K ${unknown}", true),
            ("a.c", "abc", false),
        ];
        for (pattern, text, expected) in cases {
            let mut names = Names::default();
            names.set("known", "K");
            assert_eq!(
                matches(pattern, text, &mut names),
                expected,
                "{pattern} {text}"
            );
        }
    }

    #[test]
    fn captures_are_noted() {
        let mut names = Names::default();
        assert!(matches("<${any:x}> ${any:y}.", "<a> b.", &mut names));
        assert_eq!(names.fill("${x}${y}"), "ab");
    }
}
