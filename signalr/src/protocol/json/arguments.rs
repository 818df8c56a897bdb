use super::property::expected;
use super::scanner::{Kind, Scanner};
use super::syntax_error::SyntaxError;
use crate::protocol::{HubProtocol, ProtocolError, RawArguments};

/// Passes the array of arguments that must come next and counts them.
pub(super) fn read<'a>(
    body: &'a [u8],
    scanner: &mut Scanner<'a>,
) -> Result<RawArguments<'a>, ProtocolError> {
    let kind = scanner.kind()?;
    if kind != Kind::Array {
        return Err(expected(scanner, kind, "arguments", "to be of type Array"));
    }
    scanner.open()?;
    let from = scanner.position();
    let mut to = from;
    let mut count = 0;
    let mut trailing_comma = false;
    if !scanner.close(b']') {
        loop {
            scanner.skip_value()?;
            count += 1;
            to = scanner.position();
            if scanner.close(b']') {
                break;
            }
            scanner.comma()?;
            if scanner.close(b']') {
                trailing_comma = true;
                break;
            }
        }
    }
    Ok(RawArguments {
        protocol: HubProtocol::Json,
        bytes: &body[from..to],
        count,
        trailing_comma,
    })
}

/// Cuts the first element off what lies between the brackets of an array.
pub(in crate::protocol) fn next_element<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let bytes = *rest;
    let mut scanner = Scanner::new(bytes);
    let value = element(&mut scanner).ok()?;
    let behind = if scanner.comma().is_ok() {
        scanner.position()
    } else {
        bytes.len()
    };
    *rest = &bytes[behind..];
    Some(&bytes[value])
}

fn element(scanner: &mut Scanner<'_>) -> Result<std::ops::Range<usize>, SyntaxError> {
    scanner.kind()?;
    let from = scanner.position();
    scanner.skip_value()?;
    Ok(from..scanner.position())
}
