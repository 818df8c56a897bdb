//! What holds for every message and every input, tried on random ones.

use std::time::{Duration, Instant};

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde::de::IgnoredAny;
use serde_json::Value;
use signalr::protocol::{
    Argument, CompletionOutcome, FrameReader, HubProtocol, Message, Outcome, OutgoingInvocation,
    RawValue, parse_request, parse_response,
};

/// A message with everything in it that can be written.
#[derive(Clone, PartialEq, Debug)]
enum Content {
    Invocation(Call),
    StreamItem {
        id: String,
        item: Value,
    },
    Completion {
        id: String,
        outcome: End,
    },
    CancelInvocation {
        id: String,
    },
    Ping,
    Close {
        error: Option<String>,
        allow_reconnect: bool,
    },
    Ack(i64),
    Sequence(i64),
}

#[derive(Clone, PartialEq, Debug)]
struct Call {
    headers: Vec<(String, String)>,
    id: Option<String>,
    target: String,
    arguments: Vec<Value>,
    stream_ids: Vec<String>,
    streaming: bool,
}

#[derive(Clone, PartialEq, Debug)]
enum End {
    Error(String),
    Void,
    Result(Value),
}

impl Content {
    fn write(&self, protocol: HubProtocol, out: &mut Vec<u8>) {
        match self {
            Self::Invocation(call) => call.write(protocol, out),
            Self::StreamItem { id, item } => protocol.write_stream_item(out, id, item).unwrap(),
            Self::Completion { id, outcome } => {
                let outcome = match outcome {
                    End::Error(error) => Outcome::Error(error),
                    End::Void => Outcome::Void,
                    End::Result(result) => Outcome::Result(result),
                };
                protocol.write_completion(out, id, outcome).unwrap();
            }
            Self::CancelInvocation { id } => protocol.write_cancel_invocation(out, id),
            Self::Ping => protocol.write_ping(out),
            Self::Close {
                error,
                allow_reconnect,
            } => {
                protocol.write_close(out, error.as_deref(), *allow_reconnect);
            }
            Self::Ack(id) => protocol.write_ack(out, *id),
            Self::Sequence(id) => protocol.write_sequence(out, *id),
        }
    }

    fn read(message: Message<'_>) -> Self {
        match message {
            Message::Invocation(call) => {
                let count = call.arguments.len();
                let mut reader = call.arguments.reader(count);
                let arguments = (0..count).map(|_| reader.next().unwrap()).collect();
                reader.finish().unwrap();
                let headers = call
                    .headers
                    .iter()
                    .map(|(name, value)| (name.into(), value.into()));
                Self::Invocation(Call {
                    headers: headers.collect(),
                    id: call.invocation_id.map(Into::into),
                    target: call.target.into(),
                    arguments,
                    stream_ids: call.stream_ids.into_iter().map(Into::into).collect(),
                    streaming: call.streaming,
                })
            }
            Message::StreamItem(item) => {
                assert!(!item.item_before_id);
                Self::StreamItem {
                    id: item.invocation_id.into(),
                    item: item.item.decode().unwrap(),
                }
            }
            Message::Completion(completion) => {
                let outcome = match completion.outcome {
                    CompletionOutcome::Error(error) => End::Error(error.into()),
                    CompletionOutcome::Void => End::Void,
                    CompletionOutcome::Result(result) => End::Result(result.decode().unwrap()),
                };
                Self::Completion {
                    id: completion.invocation_id.into(),
                    outcome,
                }
            }
            Message::CancelInvocation(cancel) => Self::CancelInvocation {
                id: cancel.invocation_id.into(),
            },
            Message::Ping => Self::Ping,
            Message::Close(close) => Self::Close {
                error: close.error.map(Into::into),
                allow_reconnect: close.allow_reconnect,
            },
            Message::Ack(id) => Self::Ack(id),
            Message::Sequence(id) => Self::Sequence(id),
            Message::Unknown(message_type) => panic!("nobody writes type {message_type}"),
        }
    }
}

impl Call {
    fn write(&self, protocol: HubProtocol, out: &mut Vec<u8>) {
        let headers: Vec<_> = self
            .headers
            .iter()
            .map(|(name, value)| (&**name, &**value))
            .collect();
        let arguments: Vec<_> = self
            .arguments
            .iter()
            .map(|value| value as &dyn Argument)
            .collect();
        let stream_ids: Vec<_> = self.stream_ids.iter().map(String::as_str).collect();
        let invocation = OutgoingInvocation {
            headers: &headers,
            invocation_id: self.id.as_deref(),
            target: &self.target,
            arguments: &arguments,
            stream_ids: &stream_ids,
            streaming: self.streaming,
        };
        protocol.write_invocation(out, &invocation).unwrap();
    }
}

fn protocols() -> impl Strategy<Value = HubProtocol> {
    select(HubProtocol::ALL)
}

/// Texts of every length class, with all that JSON has to escape.
fn texts() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[a-zA-Z0-9]{0,12}",
        2 => any::<String>(),
        1 => vec(select(&['"', '\\', '\u{0}', '\u{1e}', '\n', 'ż', '😀', 'a'][..]), 0..20)
            .prop_map(String::from_iter),
        1 => (0_usize..70_000).prop_map(|len| "x".repeat(len)),
    ]
}

fn names() -> impl Strategy<Value = String> {
    texts().prop_filter("not empty", |text| !text.is_empty())
}

fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        // Every eighth is exact in either encoding.
        any::<i32>().prop_map(|number| Value::from(f64::from(number) / 8.0)),
        texts().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 20, 5, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..5).prop_map(Value::from),
            vec((".{0,8}", inner), 0..5).prop_map(Value::from_iter),
        ]
    })
}

fn calls() -> impl Strategy<Value = Call> {
    let headers = vec((texts(), texts()), 0..3);
    let stream_ids = vec(names(), 0..3);
    (
        headers,
        proptest::option::of(names()),
        names(),
        vec(values(), 0..5),
        stream_ids,
        any::<bool>(),
    )
        .prop_map(|(headers, id, target, arguments, stream_ids, streaming)| {
            let streaming = streaming && id.is_some();
            Call {
                headers,
                id,
                target,
                arguments,
                stream_ids,
                streaming,
            }
        })
}

fn contents() -> impl Strategy<Value = Content> {
    let ends = prop_oneof![
        texts().prop_map(End::Error),
        Just(End::Void),
        values().prop_map(End::Result)
    ];
    prop_oneof![
        4 => calls().prop_map(Content::Invocation),
        2 => (names(), values()).prop_map(|(id, item)| Content::StreamItem { id, item }),
        2 => (names(), ends).prop_map(|(id, outcome)| Content::Completion { id, outcome }),
        1 => names().prop_map(|id| Content::CancelInvocation { id }),
        1 => Just(Content::Ping),
        1 => (proptest::option::of(texts()), any::<bool>())
            .prop_map(|(error, allow_reconnect)| Content::Close { error, allow_reconnect }),
        1 => any::<i64>().prop_map(Content::Ack),
        1 => any::<i64>().prop_map(Content::Sequence),
    ]
}

/// Whole messages of one protocol, one behind the other.
fn written(protocol: HubProtocol, contents: &[Content]) -> Vec<u8> {
    let mut out = Vec::new();
    contents
        .iter()
        .for_each(|content| content.write(protocol, &mut out));
    out
}

/// Reads what arrives in pieces, as a connection does.
fn read_pieces<'a>(
    protocol: HubProtocol,
    pieces: impl IntoIterator<Item = &'a [u8]>,
) -> Vec<Content> {
    let mut reader = FrameReader::default();
    let mut buffered = Vec::new();
    let mut contents = Vec::new();
    for piece in pieces {
        buffered.extend_from_slice(piece);
        while let Some(frame) = reader.next(protocol, &buffered, None).unwrap() {
            contents.push(Content::read(
                protocol.parse(&buffered[frame.body]).unwrap(),
            ));
            buffered.drain(..frame.consumed);
        }
    }
    assert_eq!(buffered, b"", "every message was complete");
    contents
}

/// Reads whatever it is as far as it goes, and gives everything a type.
fn read_anything(protocol: HubProtocol, mut bytes: &[u8]) {
    while let Ok(Some(frame)) = FrameReader::default().next(protocol, bytes, Some(1 << 20)) {
        read_body(protocol, &bytes[frame.body.clone()]);
        bytes = &bytes[frame.consumed..];
    }
    read_body(protocol, bytes);
}

fn read_body(protocol: HubProtocol, body: &[u8]) {
    let decode = |value: RawValue<'_>| {
        let _ = value.decode::<Value>();
        let _ = value.decode::<(i32, Option<String>)>();
    };
    match protocol.parse(body) {
        Ok(Message::Invocation(call)) => {
            for expected in 0..3 {
                let mut reader = call.arguments.reader(expected);
                while reader.next::<Value>().is_ok() {}
                let _ = reader.finish();
                let mut reader = call.arguments.reader(expected);
                let _ = reader.next::<Vec<String>>();
                let _ = reader.next::<std::collections::HashMap<String, u8>>();
                let _ = reader.finish();
            }
        }
        Ok(Message::StreamItem(item)) => decode(item.item),
        Ok(Message::Completion(completion)) => match completion.outcome {
            CompletionOutcome::Result(result) => decode(result),
            CompletionOutcome::Error(_) | CompletionOutcome::Void => {}
        },
        Ok(_) => {}
        Err(error) => assert!(!error.kind().is_empty() && !error.to_string().is_empty()),
    }
}

/// Overwrites some bytes with others that mean something in one encoding or the other.
fn mutate(bytes: &mut Vec<u8>, changes: &[(Index, u8, bool)]) {
    for (index, byte, insert) in changes {
        if *insert {
            bytes.insert(index.index(bytes.len() + 1), *byte);
        } else if !bytes.is_empty() {
            let at = index.index(bytes.len());
            bytes[at] = *byte;
        }
    }
}

fn changes() -> impl Strategy<Value = Vec<(Index, u8, bool)>> {
    let meaningful =
        select(&b"{}[]\",:\\ \n0123456789-+.eE/tfnu\x1e\x00\x80\x91\xc0\xc1\xd9\xdd\xdf\xff"[..]);
    let bytes = prop_oneof![3 => meaningful, 1 => any::<u8>()];
    vec((any::<Index>(), bytes, any::<bool>()), 0..6)
}

/// JSON in which a few bytes may have been changed.
fn nearly_json() -> impl Strategy<Value = Vec<u8>> {
    let spaced = (values(), any::<bool>()).prop_map(|(value, pretty)| {
        let text = if pretty {
            serde_json::to_vec_pretty(&value)
        } else {
            serde_json::to_vec(&value)
        };
        text.unwrap()
    });
    let tokens = vec(
        select(
            &[
                "{",
                "}",
                "[",
                "]",
                ",",
                ":",
                "\"a\"",
                "\"\\u00e9\"",
                "1",
                "-0.5e3",
                "true",
                "null",
                " ",
                "\n",
            ][..],
        ),
        0..12,
    );
    let tokens = tokens.prop_map(|tokens| tokens.concat().into_bytes());
    let changes = prop_oneof![Just(Vec::new()), changes()];
    (prop_oneof![spaced, tokens], changes).prop_map(|(mut text, changes)| {
        mutate(&mut text, &changes);
        text
    })
}

proptest! {
    #[test]
    fn what_is_written_is_read(protocol in protocols(), content in contents()) {
        let bytes = written(protocol, std::slice::from_ref(&content));
        prop_assert_eq!(read_pieces(protocol, [&bytes[..]]), [content]);
    }

    #[test]
    fn it_does_not_matter_where_pieces_end(
        protocol in protocols(),
        contents in vec(contents(), 1..6),
        ends in vec(any::<Index>(), 0..8),
    ) {
        let bytes = written(protocol, &contents);
        let mut ends: Vec<usize> = ends.iter().map(|end| end.index(bytes.len() + 1)).collect();
        ends.extend([0, bytes.len()]);
        ends.sort_unstable();
        let pieces = ends.windows(2).map(|ends| &bytes[ends[0]..ends[1]]);
        prop_assert_eq!(read_pieces(protocol, pieces), contents);
    }

    #[test]
    fn no_input_makes_a_reader_panic(protocol in protocols(), bytes in vec(any::<u8>(), 0..200)) {
        read_anything(protocol, &bytes);
        let _ = parse_request(&bytes);
        let _ = parse_response(&bytes);
    }

    #[test]
    fn no_change_of_a_message_makes_a_reader_panic(
        protocol in protocols(),
        content in contents(),
        changes in changes(),
    ) {
        let mut bytes = written(protocol, &[content]);
        mutate(&mut bytes, &changes);
        read_anything(protocol, &bytes);
        let _ = parse_request(&bytes);
        let _ = parse_response(&bytes);
    }

    #[test]
    fn json_is_judged_as_by_serde(value in nearly_json()) {
        // Behind it nothing else can be: what closes the object would end the message early.
        let body = [b"{\"type\":6,\"x\":", &value[..], b"}"].concat();
        let mut judge = serde_json::Deserializer::from_slice(&body).into_iter::<IgnoredAny>();
        let valid = matches!(judge.next(), Some(Ok(_)));
        match HubProtocol::Json.parse(&body) {
            Ok(_) => prop_assert!(valid),
            Err(error) => {
                let syntax = error.to_string() == "Error reading JSON.";
                prop_assert!(!(syntax && valid), "{}", body.escape_ascii());
            }
        }
    }
}

#[test]
fn messages_may_be_cut_anywhere() {
    let call = Call {
        headers: vec![("trace".into(), "ż".into())],
        id: Some("1".into()),
        target: "Écho".into(),
        arguments: vec![Value::from("a\"\u{1e}😀"), Value::from("x".repeat(200))],
        stream_ids: vec!["2".into()],
        streaming: false,
    };
    let contents = [Content::Ping, Content::Invocation(call), Content::Ack(1000)];
    for &protocol in HubProtocol::ALL {
        let bytes = written(protocol, &contents);
        assert_eq!(read_pieces(protocol, bytes.chunks(1)), contents);
        for cut in 0..=bytes.len() {
            let (start, end) = bytes.split_at(cut);
            assert_eq!(
                read_pieces(protocol, [start, end]),
                contents,
                "{protocol:?} cut at {cut}"
            );
        }
    }
}

#[test]
fn a_message_in_single_bytes_costs_no_more_than_its_length() {
    const SIZE: usize = 1 << 20;
    for &protocol in HubProtocol::ALL {
        let mut bytes = Vec::new();
        protocol
            .write_stream_item(&mut bytes, "1", &"x".repeat(SIZE))
            .unwrap();
        let mut reader = FrameReader::default();
        // Searching from the start each time would take half a terabyte of reading.
        let frame = within(Duration::from_secs(20), || {
            (0..=bytes.len()).find_map(|len| reader.next(protocol, &bytes[..len], None).unwrap())
        });
        assert_eq!(frame.map(|frame| frame.consumed), Some(bytes.len()));
    }
}

#[test]
fn what_an_input_claims_costs_nothing() {
    // Arrays, maps, texts and bytes of four thousand million, in every place that has a length.
    let claims: [&[u8]; 5] = [
        b"\xdd\xff\xff\xff\xff",
        b"\xdf\xff\xff\xff\xff",
        b"\xdb\xff\xff\xff\xff",
        b"\xc6\xff\xff\xff\xff",
        b"\xc9\xff\xff\xff\xff\x01",
    ];
    let places: [&[u8]; 7] = [
        b"",
        b"\x96\x01",
        b"\x96\x01\x80",
        b"\x96\x01\x80\xc0",
        b"\x96\x01\x80\xc0\xa1M",
        b"\x96\x01\x80\xc0\xa1M\x91",
        b"\x96\x01\x80\xc0\xa1M\x90",
    ];
    within(Duration::from_secs(5), || {
        for place in places {
            for claim in claims {
                let body = [place, claim, b"\xc0\xc0"].concat();
                let protocol = HubProtocol::from_name("messagepack").unwrap();
                assert!(protocol.parse(&body).is_err(), "{}", body.escape_ascii());
            }
        }
    });
}

#[test]
fn nesting_costs_no_stack() {
    for open in [
        "[",
        "{\"a\":",
        "{\"arguments\":[",
        "{\"target\":\"M\",\"arguments\":[",
    ] {
        read_body(HubProtocol::Json, open.repeat(1 << 20).as_bytes());
        let inside = format!(
            "{{\"type\":1,\"target\":\"M\",\"arguments\":[{}",
            open.repeat(1 << 20)
        );
        read_body(HubProtocol::Json, inside.as_bytes());
    }
    for open in [0x91, 0x81, 0x96, 0x01] {
        let nested = [b"\x96\x01\x80\xc0\xa1M\x91", &[open; 1 << 20][..]].concat();
        read_body(HubProtocol::from_name("messagepack").unwrap(), &nested);
    }
}

fn within<T>(limit: Duration, work: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let done = work();
    assert!(start.elapsed() < limit, "took {:?}", start.elapsed());
    done
}
