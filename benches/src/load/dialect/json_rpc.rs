use std::io::Write;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::{Event, Failure, Request, json_value, not_offered, unknown};

pub(super) fn write(request: Request<'_>, into: &mut Vec<u8>) -> Result<(), Failure> {
    let Request::Call { id, target, text } = request else {
        return Err(not_offered());
    };
    write!(
        into,
        r#"{{"jsonrpc":"2.0","id":{id},"method":"{target}","params":["{}"]}}"#,
        text
    )?;
    Ok(())
}

#[derive(Deserialize)]
struct Message<'a> {
    id: Option<u64>,
    #[serde(borrow)]
    params: Option<Pushed<'a>>,
    #[serde(borrow)]
    result: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Pushed<'a> {
    result: &'a str,
}

pub(super) fn read(bytes: &[u8]) -> Result<Event<'_>, Failure> {
    match serde_json::from_slice(bytes)? {
        Message {
            id: Some(id),
            result: Some(result),
            ..
        } => Ok(Event::Answer(id, json_value(Some(result))?)),
        Message {
            params: Some(pushed),
            ..
        } => Ok(Event::Pushed(pushed.result)),
        // `()` as a result is null, which looks like none.
        Message { id: Some(id), .. } if !bytes.windows(8).any(|part| part == br#""error":"#) => {
            Ok(Event::Answer(id, super::Value::Nothing))
        }
        _ => Err(unknown(bytes)),
    }
}
