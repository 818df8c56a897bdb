//! Whether an HTTP response is the recorded one.

use serde_json::Value;

use crate::player::compare::same;
use crate::player::failure::Failure;
use crate::player::http::Response;
use crate::player::json::{SEPARATOR, parsed};
use crate::player::names::Names;
use crate::player::pattern;
use crate::player::step::HttpResponse;

/// The headers that belong to the behaviour; others may be anything.
const HEADERS: [&str; 9] = [
    "content-type",
    CONTENT_LENGTH,
    "cache-control",
    "pragma",
    "expires",
    "content-encoding",
    "allow",
    "www-authenticate",
    "location",
];
const CONTENT_LENGTH: &str = "content-length";

/// Checks a response against the recorded ones, any of which will do.
pub(super) fn check(
    response: &Response,
    body: &str,
    expected: &[HttpResponse],
    names: &mut Names,
) -> Result<(), Failure> {
    let mut first = None;
    for want in expected {
        match check_one(response, body, want, names) {
            Ok(()) => return Ok(()),
            Err(failure) => {
                first.get_or_insert(failure);
            }
        }
    }
    first.map_or(Ok(()), Err)
}

fn check_one(
    response: &Response,
    body: &str,
    want: &HttpResponse,
    names: &mut Names,
) -> Result<(), Failure> {
    let text = want.body.as_ref().map(|text| names.fill(text));
    if response.status != want.status {
        let shown = text
            .or_else(|| want.json.as_ref().map(Value::to_string))
            .unwrap_or_default();
        let (want, got) = (want.status, response.status);
        return Err(Failure::differs(
            format!("HTTP {want} {shown}"),
            format!("HTTP {got} {body}"),
        ));
    }
    if let Some(json) = &want.json
        && !same(json, &parsed(body), names)
    {
        return Err(Failure::differs(json, body));
    }
    let messages =
        body.contains(SEPARATOR) && text.as_deref().is_some_and(|text| text.contains(SEPARATOR));
    if let Some(pattern) = &want.body {
        let same = if messages {
            same(&split(pattern), &split(body), names)
        } else {
            pattern::matches(pattern, body, names)
        };
        if !same {
            return Err(Failure::differs(
                format!("the body {pattern:?}"),
                format!("{body:?}"),
            ));
        }
    }
    for name in HEADERS {
        let (want, got) = (
            want.headers.get(name).map(|value| names.fill(value)),
            response.header(name),
        );
        let skipped = name == CONTENT_LENGTH && (want.is_none() || messages);
        if want != got && !skipped {
            return Err(Failure::differs(
                format!("the header {name}: {want:?}"),
                format!("{got:?}"),
            ));
        }
    }
    Ok(())
}

/// The hub messages in a body, each parsed.
fn split(body: &str) -> Value {
    body.split(SEPARATOR).map(parsed).collect()
}
