//! Reads the objects the protocol defines, property by property, and words what is wrong as ASP.NET
//! Core does.

use std::borrow::Cow;
use std::str::FromStr;

use super::scanner::{Kind, Scanner};
use crate::protocol::ProtocolError;

/// Reads the object that comes next. `property` is called with the name of each property and has to
/// read its value.
pub(in crate::protocol) fn object<'a>(
    scanner: &mut Scanner<'a>,
    mut property: impl FnMut(&mut Scanner<'a>, &[u8]) -> Result<(), ProtocolError>,
) -> Result<(), ProtocolError> {
    let kind = scanner.kind()?;
    if kind != Kind::Object {
        return Err(not_an_object(scanner, kind));
    }
    scanner.open()?;
    if scanner.close(b'}') {
        return Ok(());
    }
    loop {
        let name = scanner.name()?;
        if name.escaped {
            // A name that says nothing is no name of the protocol.
            let decoded = name.decode().unwrap_or_default();
            property(scanner, decoded.as_bytes())?;
        } else {
            property(scanner, name.bytes)?;
        }
        if scanner.close(b'}') {
            return Ok(());
        }
        scanner.comma()?;
    }
}

/// The text that must come next.
pub(in crate::protocol) fn text<'a>(
    scanner: &mut Scanner<'a>,
    name: &str,
) -> Result<Cow<'a, str>, ProtocolError> {
    match scanner.kind()? {
        Kind::Text => scanner.text()?.decode(),
        other => Err(expected(scanner, other, name, "to be of type String")),
    }
}

/// The whole number that must come next.
pub(super) fn int32(scanner: &mut Scanner<'_>, name: &str) -> Result<i32, ProtocolError> {
    match scanner.kind()? {
        Kind::Number => integer(scanner, "Int32"),
        other => Err(expected(scanner, other, name, "to be of type Number")),
    }
}

/// The whole number that comes next; none for null.
pub(in crate::protocol) fn optional_int32(
    scanner: &mut Scanner<'_>,
    name: &str,
) -> Result<Option<i32>, ProtocolError> {
    match scanner.kind()? {
        Kind::Null => Ok(scanner.literal(Kind::Null).map(|()| None)?),
        _ => int32(scanner, name).map(Some),
    }
}

/// The whole number that comes next; none for null.
pub(super) fn optional_int64(
    scanner: &mut Scanner<'_>,
    name: &str,
) -> Result<Option<i64>, ProtocolError> {
    match scanner.kind()? {
        Kind::Null => Ok(scanner.literal(Kind::Null).map(|()| None)?),
        Kind::Number => integer(scanner, "Int64").map(Some),
        other => Err(expected(scanner, other, name, "to be of type Number")),
    }
}

/// The truth value that must come next.
pub(super) fn boolean(scanner: &mut Scanner<'_>, name: &str) -> Result<bool, ProtocolError> {
    let kind = scanner.kind()?;
    if !matches!(kind, Kind::True | Kind::False) {
        return Err(expected(scanner, kind, name, "to be true or false"));
    }
    scanner.literal(kind)?;
    Ok(kind == Kind::True)
}

/// What the property called `name` should have been, unless the value is not even JSON.
#[cold]
pub(super) fn expected(
    scanner: &mut Scanner<'_>,
    found: Kind,
    name: &str,
    what: &str,
) -> ProtocolError {
    first_token(scanner, found)
        .err()
        .unwrap_or_else(|| ProtocolError::invalid_data(format!("Expected '{name}' {what}.")))
}

/// Reads as much of a value as is read to learn that it is the wrong one.
pub(super) fn first_token(scanner: &mut Scanner<'_>, kind: Kind) -> Result<(), ProtocolError> {
    match kind {
        Kind::Object | Kind::Array => Ok(scanner.open()?),
        scalar => Ok(scanner.skip_scalar(scalar)?),
    }
}

fn integer<T: FromStr>(scanner: &mut Scanner<'_>, type_name: &str) -> Result<T, ProtocolError> {
    let digits = scanner.number()?;
    std::str::from_utf8(digits).ok().and_then(|digits| digits.parse().ok()).ok_or_else(|| {
        ProtocolError::format(format!(
            "Either the JSON value is not in a supported format, or is out of bounds for an {type_name}."
        ))
    })
}

#[cold]
fn not_an_object(scanner: &mut Scanner<'_>, kind: Kind) -> ProtocolError {
    let name = match kind {
        Kind::Object => "Object",
        Kind::Array => "Array",
        Kind::Text => "String",
        Kind::Number => "Number",
        Kind::True => "True",
        Kind::False => "False",
        Kind::Null => "Null",
    };
    first_token(scanner, kind).err().unwrap_or_else(|| {
        ProtocolError::invalid_data(format!(
            "Unexpected JSON Token Type '{name}'. Expected a JSON Object."
        ))
    })
}
