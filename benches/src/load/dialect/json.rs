use std::io::Write;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::{END, Event, Failure, Request, Value, json_value, unknown};

pub(super) fn write(request: Request<'_>, into: &mut Vec<u8>) -> Result<(), Failure> {
    match request {
        Request::Call { id, target, text } => write!(
            into,
            r#"{{"type":1,"invocationId":"{id}","target":"{target}","arguments":["{}"]}}"#,
            text
        )?,
        Request::Stream { id, target, count } => write!(
            into,
            r#"{{"type":4,"invocationId":"{id}","target":"{target}","arguments":[{count}]}}"#
        )?,
        Request::Upload { id, target } => write!(
            into,
            r#"{{"type":1,"invocationId":"{id}","target":"{target}","arguments":[],"streamIds":["s"]}}"#
        )?,
        Request::Item(item) => {
            write!(into, r#"{{"type":2,"invocationId":"s","item":{item}}}"#)?;
        }
        Request::EndOfItems => into.extend_from_slice(br#"{"type":3,"invocationId":"s"}"#),
        Request::Ping => into.extend_from_slice(br#"{"type":6}"#),
    }
    into.push(END);
    Ok(())
}

#[derive(Deserialize)]
struct Message<'a> {
    #[serde(rename = "type")]
    kind: u8,
    #[serde(rename = "invocationId")]
    id: Option<&'a str>,
    #[serde(borrow)]
    arguments: Option<[&'a str; 1]>,
    #[serde(borrow)]
    result: Option<&'a RawValue>,
    #[serde(borrow)]
    item: Option<&'a RawValue>,
    #[serde(borrow)]
    error: Option<&'a RawValue>,
}

pub(super) fn read(bytes: &[u8]) -> Result<Event<'_>, Failure> {
    let message: Message<'_> = serde_json::from_slice(bytes)?;
    if message.error.is_some() {
        return Err(unknown(bytes));
    }
    match message {
        Message {
            kind: 1,
            arguments: Some([text]),
            ..
        } => Ok(Event::Pushed(text)),
        Message { kind: 2, item, .. } => match json_value(item)? {
            Value::Number(item) => Ok(Event::Item(item)),
            _ => Err(unknown(bytes)),
        },
        Message {
            kind: 3,
            id: Some(id),
            result,
            ..
        } => Ok(Event::Answer(id.parse()?, json_value(result)?)),
        Message { kind: 6, .. } => Ok(Event::Other),
        _ => Err(unknown(bytes)),
    }
}
