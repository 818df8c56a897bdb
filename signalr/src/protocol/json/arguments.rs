use super::property::expected;
use super::scanner::{Kind, Scanner};
use crate::protocol::{HubProtocol, ProtocolError, RawArguments};

/// Passes the array of arguments that must come next and counts them.
pub(super) fn read<'a>(scanner: &mut Scanner<'a>) -> Result<RawArguments<'a>, ProtocolError> {
    let kind = scanner.kind()?;
    if kind != Kind::Array {
        return Err(expected(scanner, kind, "arguments", "to be of type Array"));
    }
    scanner.open()?;
    let elements = scanner.rest();
    let mut end = elements;
    let mut count = 0;
    let mut trailing_comma = false;
    if !scanner.close(b']') {
        loop {
            scanner.skip_value()?;
            end = scanner.rest();
            count += 1;
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
    let bytes = &elements[..elements.len() - end.len()];
    Ok(RawArguments {
        protocol: HubProtocol::Json,
        bytes,
        count,
        trailing_comma,
    })
}

/// Cuts the first element off what lies between the brackets of an array.
pub(in crate::protocol) fn next_element<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let mut scanner = Scanner::new(rest);
    let element = scanner.value().ok()?;
    *rest = if scanner.comma().is_ok() {
        scanner.rest()
    } else {
        &[]
    };
    Some(element)
}
