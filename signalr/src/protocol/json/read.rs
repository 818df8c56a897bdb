use std::borrow::Cow;

use super::arguments;
use super::property::{self, expected, first_token};
use super::scanner::{Kind, Scanner};
use crate::protocol::{
    CancelInvocation, Close, Completion, CompletionOutcome, Headers, HubProtocol, Invocation,
    Message, ProtocolError, RawArguments, RawValue, StreamItem,
};

/// Reads a message.
pub(in crate::protocol) fn parse(body: &[u8]) -> Result<Message<'_>, ProtocolError> {
    let envelope = Envelope::read(body).map_err(hide_syntax)?;
    envelope.into_message()
}

/// Where a message is not JSON is nobody's business but that of a handshake.
#[cold]
fn hide_syntax(error: ProtocolError) -> ProtocolError {
    if error.kind() == ProtocolError::JSON_SYNTAX {
        return ProtocolError::invalid_data("Error reading JSON.");
    }
    error
}

/// All properties that any message has. They come in any order, and `type` may come last.
#[derive(Default)]
struct Envelope<'a> {
    message_type: Option<i32>,
    headers: Headers<'a>,
    invocation_id: Option<Cow<'a, str>>,
    target: Option<Cow<'a, str>>,
    arguments: Option<RawArguments<'a>>,
    stream_ids: Vec<Cow<'a, str>>,
    item: Option<RawValue<'a>>,
    item_before_id: bool,
    result: Option<RawValue<'a>>,
    error: Option<Cow<'a, str>>,
    allow_reconnect: bool,
    sequence_id: Option<i64>,
}

impl<'a> Envelope<'a> {
    fn read(body: &'a [u8]) -> Result<Self, ProtocolError> {
        let mut envelope = Self::default();
        property::object(&mut Scanner::new(body), |scanner, name| {
            envelope.read_property(scanner, name)
        })?;
        Ok(envelope)
    }

    fn read_property(
        &mut self,
        scanner: &mut Scanner<'a>,
        name: &[u8],
    ) -> Result<(), ProtocolError> {
        match name {
            b"type" => self.message_type = Some(property::int32(scanner, "type")?),
            b"headers" => self.headers = headers(scanner)?,
            b"invocationId" => self.invocation_id = Some(property::text(scanner, "invocationId")?),
            b"target" => self.target = Some(property::text(scanner, "target")?),
            b"arguments" => self.arguments = Some(self.read_arguments(scanner)?),
            b"streamIds" => self.stream_ids = stream_ids(scanner)?,
            b"item" => {
                self.item_before_id = is_missing(self.invocation_id.as_deref());
                self.item = Some(value(scanner)?);
            }
            b"result" => self.result = Some(value(scanner)?),
            b"error" => self.error = Some(property::text(scanner, "error")?),
            b"allowReconnect" => {
                self.allow_reconnect = property::boolean(scanner, "allowReconnect")?
            }
            b"sequenceId" => self.sequence_id = property::optional_int64(scanner, "sequenceId")?,
            _ => scanner.skip_value()?,
        }
        Ok(())
    }

    fn read_arguments(&self, scanner: &mut Scanner<'a>) -> Result<RawArguments<'a>, ProtocolError> {
        let arguments = arguments::read(scanner)?;
        // The reference binds arguments at once if it knows what to bind them to, and only then is
        // a fault of the array itself one of the call.
        if arguments.trailing_comma && is_missing(self.target.as_deref()) {
            return Err(ProtocolError::json_syntax("A trailing comma in an array."));
        }
        Ok(arguments)
    }

    fn into_message(self) -> Result<Message<'a>, ProtocolError> {
        match self.message_type.ok_or_else(|| missing("type"))? {
            1 => self.into_invocation(false).map(Message::Invocation),
            2 => self.into_stream_item().map(Message::StreamItem),
            3 => self.into_completion().map(Message::Completion),
            4 => self.into_invocation(true).map(Message::Invocation),
            5 => self.into_cancel_invocation().map(Message::CancelInvocation),
            6 => Ok(Message::Ping),
            7 => Ok(Message::Close(Close {
                error: self.error,
                allow_reconnect: self.allow_reconnect,
            })),
            8 => self
                .sequence_id
                .map(Message::Ack)
                .ok_or_else(|| missing("sequenceId")),
            9 => self
                .sequence_id
                .map(Message::Sequence)
                .ok_or_else(|| missing("sequenceId")),
            unknown => Ok(Message::Unknown(unknown.into())),
        }
    }

    fn into_invocation(self, streaming: bool) -> Result<Invocation<'a>, ProtocolError> {
        let target = self.target.ok_or_else(|| missing("target"))?;
        let invocation_id = self.invocation_id.filter(|id| !id.is_empty());
        if streaming && invocation_id.is_none() {
            return Err(missing("invocationId"));
        }
        let arguments = self.arguments.ok_or_else(|| missing("arguments"))?;
        let (headers, stream_ids) = (self.headers, self.stream_ids);
        Ok(Invocation {
            headers,
            invocation_id,
            target,
            arguments,
            stream_ids,
            streaming,
        })
    }

    fn into_stream_item(self) -> Result<StreamItem<'a>, ProtocolError> {
        let invocation_id = self.invocation_id.ok_or_else(|| missing("invocationId"))?;
        let item = self.item.ok_or_else(|| {
            missing(if invocation_id.is_empty() {
                "invocationId"
            } else {
                "item"
            })
        })?;
        Ok(StreamItem {
            headers: self.headers,
            invocation_id,
            item,
            item_before_id: self.item_before_id,
        })
    }

    fn into_completion(self) -> Result<Completion<'a>, ProtocolError> {
        let invocation_id = required_id(self.invocation_id)?;
        let outcome = match (self.error, self.result) {
            (Some(_), Some(_)) => {
                return Err(ProtocolError::invalid_data(
                    "The 'error' and 'result' properties are mutually exclusive.",
                ));
            }
            (Some(error), None) => CompletionOutcome::Error(error),
            (None, Some(result)) => CompletionOutcome::Result(result),
            (None, None) => CompletionOutcome::Void,
        };
        Ok(Completion {
            headers: self.headers,
            invocation_id,
            outcome,
        })
    }

    fn into_cancel_invocation(self) -> Result<CancelInvocation<'a>, ProtocolError> {
        Ok(CancelInvocation {
            headers: self.headers,
            invocation_id: required_id(self.invocation_id)?,
        })
    }
}

fn headers<'a>(scanner: &mut Scanner<'a>) -> Result<Headers<'a>, ProtocolError> {
    let kind = scanner.kind()?;
    if kind != Kind::Object {
        return Err(expected(
            scanner,
            kind,
            "headers",
            "to be of type StartObject",
        ));
    }
    let mut headers = Headers::default();
    scanner.open()?;
    if scanner.close(b'}') {
        return Ok(headers);
    }
    loop {
        let name = scanner.name()?.decode()?;
        let kind = scanner.kind()?;
        if kind != Kind::Text {
            first_token(scanner, kind)?;
            return Err(ProtocolError::invalid_data(format!(
                "Expected header '{name}' to be of type String."
            )));
        }
        headers.push(name, scanner.text()?.decode()?);
        if scanner.close(b'}') {
            return Ok(headers);
        }
        scanner.comma()?;
    }
}

fn stream_ids<'a>(scanner: &mut Scanner<'a>) -> Result<Vec<Cow<'a, str>>, ProtocolError> {
    let kind = scanner.kind()?;
    if kind != Kind::Array {
        return Err(expected(scanner, kind, "streamIds", "to be of type Array"));
    }
    let mut ids = Vec::new();
    scanner.open()?;
    if scanner.close(b']') {
        return Ok(ids);
    }
    loop {
        match scanner.kind()? {
            Kind::Text => ids.push(scanner.text()?.decode()?),
            other => return Err(not_a_stream_id(scanner, other)),
        }
        if scanner.close(b']') {
            return Ok(ids);
        }
        scanner.comma()?;
    }
}

#[cold]
fn not_a_stream_id(scanner: &mut Scanner<'_>, kind: Kind) -> ProtocolError {
    if let Err(error) = first_token(scanner, kind) {
        return error;
    }
    let token = match kind {
        Kind::Null => {
            return ProtocolError::invalid_data("Null value for 'streamIds' is not valid.");
        }
        Kind::Object => "StartObject",
        Kind::Array => "StartArray",
        Kind::Number => "Number",
        Kind::True => "True",
        Kind::False => "False",
        Kind::Text => "String",
    };
    ProtocolError::invalid_operation(format!(
        "Cannot get the value of a token type '{token}' as a string."
    ))
}

/// The value that comes next, as written.
fn value<'a>(scanner: &mut Scanner<'a>) -> Result<RawValue<'a>, ProtocolError> {
    Ok(RawValue::new(HubProtocol::Json, scanner.value()?))
}

fn required_id(id: Option<Cow<'_, str>>) -> Result<Cow<'_, str>, ProtocolError> {
    id.filter(|id| !id.is_empty())
        .ok_or_else(|| missing("invocationId"))
}

fn is_missing(text: Option<&str>) -> bool {
    text.is_none_or(str::is_empty)
}

#[cold]
fn missing(property: &str) -> ProtocolError {
    ProtocolError::invalid_data(format!("Missing required property '{property}'."))
}

#[cfg(test)]
mod tests;
