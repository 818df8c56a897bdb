//! MessagePack as the official JavaScript client writes and reads it (`data/msgpack.json`).

mod value;

use serde::Deserialize;
use signalr::protocol::{
    Argument, CompletionOutcome, FrameReader, Headers, HubProtocol, Message, Outcome,
    OutgoingInvocation, RawArguments, RawValue,
};

use value::{Value, unhex};

#[derive(Deserialize)]
struct Entries {
    written: Vec<Written>,
    read: Vec<Read>,
}

/// What the client writes for a message.
#[derive(Deserialize)]
struct Written {
    name: String,
    message: Value,
    /// None where it refuses.
    bytes: Option<String>,
}

/// What the client reads from bytes.
#[derive(Deserialize)]
struct Read {
    name: String,
    bytes: String,
    /// None where it refuses.
    messages: Option<Vec<Value>>,
}

/// Where we read something else than the client does, and why. None: we refuse it.
const DIFFERENCES: &[(&str, Option<&[&str]>)] = &[
    // A client never gets these types.
    (
        "stream-invocation",
        Some(&["StreamInvocation 1 Counter[3,] {} []"]),
    ),
    ("cancel", Some(&["CancelInvocation 1 {}"])),
    (
        "invocation-streams",
        Some(&[r#"Invocation 1 Receive[] {} ["2"]"#]),
    ),
    // ASP.NET Core refuses these too.
    ("ack-no-number", None),
    ("sequence-no-number", None),
    ("completion-kind-4", None),
    ("type-text", None),
    // ASP.NET Core tolerates it too.
    ("junk-behind-message-in-frame", Some(&["Ping"])),
    // What is not UTF-8 is no text.
    (
        "bad-utf8-text",
        Some(&["Completion 1 result bytes [ff, fe] {}"]),
    ),
];

fn entries() -> Entries {
    serde_json::from_str(include_str!("../../data/msgpack.json")).expect("entries")
}

#[test]
fn what_the_client_writes_is_read() {
    for Written {
        name,
        message,
        bytes,
    } in entries().written
    {
        let Some(bytes) = bytes else { continue };
        let expected = match name.as_str() {
            // The client leaves out all there is to a Close.
            "close-error-not-written" => "Close None false".into(),
            _ => expected(&message),
        };
        assert_eq!(read(&unhex(&bytes)), Ok(vec![expected]), "{name}");
    }
}

#[test]
fn what_the_client_writes_is_written_alike() {
    let mut compared = 0;
    for Written {
        name,
        message,
        bytes,
    } in entries().written
    {
        let Some(bytes) = bytes else { continue };
        if let Some(written) = write(&message) {
            assert_eq!(written, unhex(&bytes), "{name}");
            compared += 1;
        }
    }
    assert!(
        compared >= 60,
        "only {compared} messages can be written alike"
    );
}

#[test]
fn what_the_client_reads_is_read() {
    let mut differing = 0;
    for Read {
        name,
        bytes,
        messages,
    } in entries().read
    {
        let read = read(&unhex(&bytes));
        if let Some((_, expected)) = DIFFERENCES.iter().find(|(different, _)| *different == name) {
            let expected = expected.map(|messages| messages.iter().map(ToString::to_string));
            assert_eq!(read.ok(), expected.map(Iterator::collect), "{name}");
            differing += 1;
        } else if let Some(messages) = messages {
            assert_eq!(read, Ok(messages.iter().map(expected).collect()), "{name}");
        } else {
            assert!(read.is_err(), "{name}: {read:?}");
        }
    }
    assert_eq!(differing, DIFFERENCES.len());
}

/// What we read, in the words of `expected`. Unknown types are skipped.
fn read(mut bytes: &[u8]) -> Result<Vec<String>, String> {
    let mut messages = Vec::new();
    while !bytes.is_empty() {
        let frame = FrameReader::default().next(HubProtocol::MessagePack, bytes, None);
        let frame = frame
            .map_err(|error| error.to_string())?
            .ok_or("incomplete")?;
        let message = HubProtocol::MessagePack.parse(&bytes[frame.body.clone()]);
        messages.extend(shown(&message.map_err(|error| error.to_string())?));
        bytes = &bytes[frame.consumed..];
    }
    Ok(messages)
}

fn shown(message: &Message<'_>) -> Option<String> {
    Some(match message {
        Message::Invocation(call) => {
            let name = if call.streaming {
                "StreamInvocation"
            } else {
                "Invocation"
            };
            let id = call.invocation_id.as_deref().unwrap_or("-");
            let arguments = Value::List(arguments(&call.arguments));
            let (target, headers, streams) =
                (&call.target, headers(&call.headers), &call.stream_ids);
            format!("{name} {id} {target}{arguments} {headers} {streams:?}")
        }
        Message::StreamItem(item) => {
            let value: Value = decoded(&item.item);
            format!(
                "StreamItem {} {value} {}",
                item.invocation_id,
                headers(&item.headers)
            )
        }
        Message::Completion(completion) => {
            let outcome = match &completion.outcome {
                CompletionOutcome::Error(error) => format!("error {error}"),
                CompletionOutcome::Void => "void".into(),
                CompletionOutcome::Result(result) => format!("result {}", decoded(result)),
            };
            let headers = headers(&completion.headers);
            format!(
                "Completion {} {outcome} {headers}",
                completion.invocation_id
            )
        }
        Message::CancelInvocation(cancel) => {
            format!(
                "CancelInvocation {} {}",
                cancel.invocation_id,
                headers(&cancel.headers)
            )
        }
        Message::Ping => "Ping".into(),
        Message::Close(close) => format!("Close {:?} {}", close.error, close.allow_reconnect),
        Message::Ack(id) => format!("Ack {id}"),
        Message::Sequence(id) => format!("Sequence {id}"),
        Message::Unknown(_) => return None,
    })
}

fn decoded(value: &RawValue<'_>) -> Value {
    value.decode().expect("any value can be decoded")
}

fn arguments(arguments: &RawArguments<'_>) -> Vec<Value> {
    let mut reader = arguments.reader(arguments.len());
    let values = (0..arguments.len()).map(|_| reader.next().expect("any value can be decoded"));
    let values = values.collect();
    reader.finish().expect("nothing is left");
    values
}

fn headers(headers: &Headers<'_>) -> Value {
    Value::Map(
        headers
            .iter()
            .map(|(name, value)| (name.into(), Value::Text(value.into())))
            .collect(),
    )
}

/// What is to be read from a message of the client's.
fn expected(message: &Value) -> String {
    let text = |name| message.get(name).map_or("", Value::text);
    let headers = Value::Map(
        message
            .get("headers")
            .map_or(&[][..], Value::entries)
            .to_vec(),
    );
    let message_type = message.get("type").expect("a type").number();
    match message_type {
        1 | 4 => {
            let name = if message_type == 1 {
                "Invocation"
            } else {
                "StreamInvocation"
            };
            let id = message.get("invocationId").map_or("-", Value::text);
            let arguments = message.get("arguments").expect("arguments");
            let streams = message.get("streamIds").map_or(&[][..], Value::list);
            let streams: Vec<&str> = streams.iter().map(Value::text).collect();
            format!(
                "{name} {id} {}{arguments} {headers} {streams:?}",
                text("target")
            )
        }
        2 => {
            let item = message.get("item").expect("an item");
            format!("StreamItem {} {item} {headers}", text("invocationId"))
        }
        3 => {
            let outcome = match (text("error"), message.get("result")) {
                ("", None | Some(Value::Undefined)) => "void".into(),
                ("", Some(result)) => format!("result {result}"),
                (error, _) => format!("error {error}"),
            };
            format!("Completion {} {outcome} {headers}", text("invocationId"))
        }
        5 => format!("CancelInvocation {} {headers}", text("invocationId")),
        6 => "Ping".into(),
        7 => {
            let error = message
                .get("error")
                .filter(|error| !matches!(error, Value::Nil));
            let error = error.map(Value::text);
            let reconnect = matches!(message.get("allowReconnect"), Some(Value::Bool(true)));
            format!("Close {error:?} {reconnect}")
        }
        8 => format!("Ack {}", sequence_id(message)),
        9 => format!("Sequence {}", sequence_id(message)),
        other => panic!("no such type: {other}"),
    }
}

fn sequence_id(message: &Value) -> i64 {
    message.get("sequenceId").expect("a number").number()
}

/// What we write for a message of the client's; none if we cannot write the same shape.
fn write(message: &Value) -> Option<Vec<u8>> {
    const PROTOCOL: HubProtocol = HubProtocol::MessagePack;
    let mut out = Vec::new();
    let id = message.get("invocationId").map(Value::text);
    let headers = message.get("headers").map_or(&[][..], Value::entries);
    let message_type = message.get("type").expect("a type").number();
    match message_type {
        1 | 4 => {
            let arguments = message.get("arguments").expect("arguments");
            // We always write stream ids, the client only if it is given a list of them.
            let streams = message
                .get("streamIds")
                .filter(|_| arguments.is_writable())?;
            let headers: Vec<_> = headers
                .iter()
                .map(|(name, value)| (name.as_str(), value.text()))
                .collect();
            let arguments = arguments
                .list()
                .iter()
                .map(|argument| argument as &dyn Argument);
            let streams: Vec<_> = streams.list().iter().map(Value::text).collect();
            let invocation = OutgoingInvocation {
                headers: &headers,
                invocation_id: id,
                target: message.get("target").expect("a target").text(),
                arguments: &arguments.collect::<Vec<_>>(),
                stream_ids: &streams,
                streaming: message_type == 4,
            };
            PROTOCOL
                .write_invocation(&mut out, &invocation)
                .expect("written");
        }
        // We write no headers to these.
        2 | 3 | 5 if !headers.is_empty() => return None,
        2 => {
            let item = message.get("item").expect("an item");
            PROTOCOL
                .write_stream_item(&mut out, id?, item)
                .expect("written");
        }
        3 => {
            let outcome = match (message.get("error").map(Value::text), message.get("result")) {
                (None, None | Some(Value::Undefined)) => Outcome::Void,
                (None, Some(result)) => Outcome::Result(result),
                // To the client an empty error is none.
                (Some(""), _) => return None,
                (Some(error), _) => Outcome::Error(error),
            };
            PROTOCOL
                .write_completion(&mut out, id?, outcome)
                .expect("written");
        }
        5 => PROTOCOL.write_cancel_invocation(&mut out, id?),
        6 => PROTOCOL.write_ping(&mut out),
        8 => PROTOCOL.write_ack(&mut out, sequence_id(message)),
        9 => PROTOCOL.write_sequence(&mut out, sequence_id(message)),
        // The client leaves the flag of a Close out, we never do.
        _ => return None,
    }
    Some(out)
}
