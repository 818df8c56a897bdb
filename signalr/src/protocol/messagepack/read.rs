use std::borrow::Cow;

use super::cursor::Cursor;
use crate::protocol::{
    CancelInvocation, Close, Completion, CompletionOutcome, Headers, HubProtocol, Invocation,
    Message, ProtocolError, RawArguments, RawValue, StreamItem,
};

/// Reads a message. Elements behind those it knows are ignored.
pub(in crate::protocol) fn parse(body: &[u8]) -> Result<Message<'_>, ProtocolError> {
    let mut cursor = Cursor::new(body);
    let count = cursor
        .array_len()
        .filter(|&count| count > 0)
        .ok_or_else(|| invalid("Invalid payload."))?;
    let message_type = cursor
        .integer()
        .ok_or_else(|| unreadable("messageType", "Int32"))?;
    match message_type {
        1 => invocation(cursor, count, false).map(Message::Invocation),
        2 => stream_item(cursor, count).map(Message::StreamItem),
        3 => completion(cursor, count).map(Message::Completion),
        4 => invocation(cursor, count, true).map(Message::Invocation),
        5 => cancel_invocation(cursor, count).map(Message::CancelInvocation),
        6 => Ok(Message::Ping),
        7 => close(cursor, count).map(Message::Close),
        8 => sequence_id(cursor).map(Message::Ack),
        9 => sequence_id(cursor).map(Message::Sequence),
        unknown => Ok(Message::Unknown(unknown)),
    }
}

fn invocation(
    mut cursor: Cursor<'_>,
    count: usize,
    streaming: bool,
) -> Result<Invocation<'_>, ProtocolError> {
    let name = if streaming {
        "StreamInvocation"
    } else {
        "Invocation"
    };
    check_count(count, 5, name)?;
    let headers = headers(&mut cursor)?;
    let invocation_id = match text(&mut cursor, "invocationId")? {
        "" if streaming => return Err(empty("invocation ID", name)),
        "" => None,
        id => Some(Cow::Borrowed(id)),
    };
    let target = match text(&mut cursor, "target")? {
        "" => return Err(empty("target", name)),
        target => Cow::Borrowed(target),
    };
    let arguments = arguments(&mut cursor)?;
    // JavaScript leaves the ids out if there are none.
    let stream_ids = if count > 5 {
        stream_ids(&mut cursor)?
    } else {
        Vec::new()
    };
    Ok(Invocation {
        headers,
        invocation_id,
        target,
        arguments,
        stream_ids,
        streaming,
    })
}

fn stream_item(mut cursor: Cursor<'_>, count: usize) -> Result<StreamItem<'_>, ProtocolError> {
    check_count(count, 4, "StreamItem")?;
    let headers = headers(&mut cursor)?;
    let invocation_id = required_id(&mut cursor, "StreamItem")?;
    let item = value(&mut cursor, "item")?;
    Ok(StreamItem {
        headers,
        invocation_id,
        item,
        item_before_id: false,
    })
}

fn completion(mut cursor: Cursor<'_>, count: usize) -> Result<Completion<'_>, ProtocolError> {
    check_count(count, 4, "Completion")?;
    let headers = headers(&mut cursor)?;
    let invocation_id = required_id(&mut cursor, "Completion")?;
    let kind = cursor
        .integer()
        .ok_or_else(|| unreadable("resultKind", "Int32"))?;
    let outcome = match kind {
        1 => {
            check_count(count, 5, "Completion")?;
            CompletionOutcome::Error(Cow::Borrowed(text(&mut cursor, "error")?))
        }
        2 => CompletionOutcome::Void,
        3 => {
            check_count(count, 5, "Completion")?;
            CompletionOutcome::Result(value(&mut cursor, "result")?)
        }
        _ => return Err(invalid("Invalid invocation result kind.")),
    };
    Ok(Completion {
        headers,
        invocation_id,
        outcome,
    })
}

fn cancel_invocation(
    mut cursor: Cursor<'_>,
    count: usize,
) -> Result<CancelInvocation<'_>, ProtocolError> {
    check_count(count, 3, "CancelInvocation")?;
    let headers = headers(&mut cursor)?;
    let invocation_id = required_id(&mut cursor, "CancelInvocation")?;
    Ok(CancelInvocation {
        headers,
        invocation_id,
    })
}

fn close(mut cursor: Cursor<'_>, count: usize) -> Result<Close<'_>, ProtocolError> {
    check_count(count, 2, "Close")?;
    let error = cursor
        .optional_text()
        .ok_or_else(|| unreadable("error", "String"))?
        .map(Cow::Borrowed);
    // JavaScript leaves the flag out.
    let allow_reconnect = count > 2
        && cursor
            .boolean()
            .ok_or_else(|| unreadable("allowReconnect", "Boolean"))?;
    Ok(Close {
        error,
        allow_reconnect,
    })
}

fn sequence_id(mut cursor: Cursor<'_>) -> Result<i64, ProtocolError> {
    cursor
        .integer()
        .ok_or_else(|| unreadable("sequenceId", "Int64"))
}

fn headers<'a>(cursor: &mut Cursor<'a>) -> Result<Headers<'a>, ProtocolError> {
    let count = cursor
        .map_len()
        .ok_or_else(|| invalid("Reading map length for 'headers' failed."))?;
    let mut headers = Headers::default();
    for index in 0..count {
        let mut part = |part| {
            cursor.text().ok_or_else(|| {
                invalid(format!(
                    "Reading 'headers[{index}].{part}' as String failed."
                ))
            })
        };
        let (name, value) = (part("Key")?, part("Value")?);
        headers.push(name.into(), value.into());
    }
    Ok(headers)
}

fn arguments<'a>(cursor: &mut Cursor<'a>) -> Result<RawArguments<'a>, ProtocolError> {
    let count = cursor
        .array_len()
        .ok_or_else(|| invalid("Reading array length for 'arguments' failed."))?;
    let bytes = cursor.rest();
    for _ in 0..count {
        value(cursor, "argument")?;
    }
    let bytes = &bytes[..bytes.len() - cursor.rest().len()];
    Ok(RawArguments {
        protocol: HubProtocol::MessagePack,
        bytes,
        count,
        trailing_comma: false,
    })
}

fn stream_ids<'a>(cursor: &mut Cursor<'a>) -> Result<Vec<Cow<'a, str>>, ProtocolError> {
    let count = cursor
        .array_len()
        .ok_or_else(|| invalid("Reading array length for 'streamIds' failed."))?;
    let mut ids = Vec::new();
    for _ in 0..count {
        match text(cursor, "streamIds")? {
            "" => return Err(invalid("Null or empty value in streamIds received.")),
            id => ids.push(Cow::Borrowed(id)),
        }
    }
    Ok(ids)
}

fn required_id<'a>(cursor: &mut Cursor<'a>, message: &str) -> Result<Cow<'a, str>, ProtocolError> {
    match text(cursor, "invocationId")? {
        "" => Err(empty("invocation ID", message)),
        id => Ok(Cow::Borrowed(id)),
    }
}

fn text<'a>(cursor: &mut Cursor<'a>, field: &str) -> Result<&'a str, ProtocolError> {
    cursor.text().ok_or_else(|| unreadable(field, "String"))
}

fn value<'a>(cursor: &mut Cursor<'a>, field: &str) -> Result<RawValue<'a>, ProtocolError> {
    let bytes = cursor
        .value()
        .ok_or_else(|| invalid(format!("Reading '{field}' failed.")))?;
    Ok(RawValue::new(HubProtocol::MessagePack, bytes))
}

fn check_count(count: usize, least: usize, message: &str) -> Result<(), ProtocolError> {
    if count < least {
        Err(invalid(format!("Invalid payload for {message} message.")))
    } else {
        Ok(())
    }
}

#[cold]
fn unreadable(field: &str, type_name: &str) -> ProtocolError {
    invalid(format!("Reading '{field}' as {type_name} failed."))
}

#[cold]
fn empty(what: &str, message: &str) -> ProtocolError {
    invalid(format!("Null or empty {what} for {message} message."))
}

#[cold]
fn invalid(message: impl Into<Cow<'static, str>>) -> ProtocolError {
    ProtocolError::invalid_data(message)
}
