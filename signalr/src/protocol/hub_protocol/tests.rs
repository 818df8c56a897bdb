use std::fmt::Write;

use super::HubProtocol;
use crate::protocol::{
    Argument, CompletionOutcome, FrameReader, Headers, Message, Outcome, OutgoingInvocation,
    RawArguments, RawValue,
};

/// A message: how it is written, both forms on the wire, and what is read from either.
struct Case {
    write: fn(HubProtocol, &mut Vec<u8>),
    json: &'static str,
    /// In hexadecimal digits, without the length in front.
    #[cfg_attr(not(feature = "messagepack"), expect(dead_code))]
    messagepack: &'static str,
    read: &'static str,
}

const CASES: &[Case] = &[
    Case {
        write: |protocol, out| invoke(protocol, out, &call(Some("1"), "Add", &[&1, &2])),
        json: r#"{"type":1,"invocationId":"1","target":"Add","arguments":[1,2]}"#,
        messagepack: "960180a131a341646492010290",
        read: "Invocation 1 Add(1, 2)",
    },
    Case {
        write: |protocol, out| invoke(protocol, out, &call(None, "Receive", &[&"x"])),
        json: r#"{"type":1,"target":"Receive","arguments":["x"]}"#,
        messagepack: "960180c0a75265636569766591a17890",
        read: r#"Invocation - Receive("x")"#,
    },
    Case {
        write: |protocol, out| {
            let upload = call(Some("1"), "Upload", &[&None::<bool>]);
            invoke(
                protocol,
                out,
                &OutgoingInvocation {
                    stream_ids: &["2", "3"],
                    ..upload
                },
            );
        },
        json: r#"{"type":1,"invocationId":"1","target":"Upload","arguments":[null],"streamIds":["2","3"]}"#,
        messagepack: "960180a131a655706c6f616491c092a132a133",
        read: "Invocation 1 Upload(null) streams 2 3",
    },
    Case {
        write: |protocol, out| {
            let traced = call(Some("1"), "Add", &[]);
            let headers = &[("trace", "x"), ("other", "")];
            invoke(protocol, out, &OutgoingInvocation { headers, ..traced });
        },
        json: r#"{"type":1,"headers":{"trace":"x","other":""},"invocationId":"1","target":"Add","arguments":[]}"#,
        messagepack: "960182a57472616365a178a56f74686572a0a131a34164649090",
        read: "Invocation 1 Add() headers trace=x other=",
    },
    Case {
        write: |protocol, out| {
            let counter = call(Some("1"), "Counter", &[&3]);
            invoke(
                protocol,
                out,
                &OutgoingInvocation {
                    streaming: true,
                    ..counter
                },
            );
        },
        json: r#"{"type":4,"invocationId":"1","target":"Counter","arguments":[3]}"#,
        messagepack: "960480a131a7436f756e746572910390",
        read: "StreamInvocation 1 Counter(3)",
    },
    Case {
        write: |protocol, out| protocol.write_stream_item(out, "1", &42).unwrap(),
        json: r#"{"type":2,"invocationId":"1","item":42}"#,
        messagepack: "940280a1312a",
        read: "StreamItem 1 42",
    },
    Case {
        write: |protocol, out| complete(protocol, out, Outcome::Result(&"ok")),
        json: r#"{"type":3,"invocationId":"1","result":"ok"}"#,
        messagepack: "950380a13103a26f6b",
        read: r#"Completion 1 result "ok""#,
    },
    Case {
        write: |protocol, out| complete(protocol, out, Outcome::Result(&())),
        json: r#"{"type":3,"invocationId":"1","result":null}"#,
        messagepack: "950380a13103c0",
        read: "Completion 1 result null",
    },
    Case {
        write: |protocol, out| complete(protocol, out, Outcome::Void),
        json: r#"{"type":3,"invocationId":"1"}"#,
        messagepack: "940380a13102",
        read: "Completion 1",
    },
    Case {
        write: |protocol, out| complete(protocol, out, Outcome::Error("bad")),
        json: r#"{"type":3,"invocationId":"1","error":"bad"}"#,
        messagepack: "950380a13101a3626164",
        read: "Completion 1 error bad",
    },
    Case {
        write: |protocol, out| protocol.write_cancel_invocation(out, "1"),
        json: r#"{"type":5,"invocationId":"1"}"#,
        messagepack: "930580a131",
        read: "CancelInvocation 1",
    },
    Case {
        write: |protocol, out| protocol.write_ping(out),
        json: r#"{"type":6}"#,
        messagepack: "9106",
        read: "Ping",
    },
    Case {
        write: |protocol, out| protocol.write_close(out, None, false),
        json: r#"{"type":7}"#,
        messagepack: "9307c0c2",
        read: "Close",
    },
    Case {
        write: |protocol, out| protocol.write_close(out, Some("why"), true),
        json: r#"{"type":7,"error":"why","allowReconnect":true}"#,
        messagepack: "9307a3776879c3",
        read: "Close why, reconnect",
    },
    Case {
        write: |protocol, out| protocol.write_ack(out, 300),
        json: r#"{"type":8,"sequenceId":300}"#,
        messagepack: "9208cd012c",
        read: "Ack 300",
    },
    Case {
        write: |protocol, out| protocol.write_sequence(out, 1 << 32),
        json: r#"{"type":9,"sequenceId":4294967296}"#,
        messagepack: "9209cf0000000100000000",
        read: "Sequence 4294967296",
    },
];

fn call<'a>(
    invocation_id: Option<&'a str>,
    target: &'a str,
    arguments: &'a [&'a dyn Argument],
) -> OutgoingInvocation<'a> {
    OutgoingInvocation {
        invocation_id,
        target,
        arguments,
        ..OutgoingInvocation::default()
    }
}

fn invoke(protocol: HubProtocol, out: &mut Vec<u8>, invocation: &OutgoingInvocation<'_>) {
    protocol.write_invocation(out, invocation).unwrap();
}

fn complete(protocol: HubProtocol, out: &mut Vec<u8>, outcome: Outcome<'_>) {
    protocol.write_completion(out, "1", outcome).unwrap();
}

#[cfg(feature = "messagepack")]
fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}

/// What a message says, in the same words whatever its encoding.
fn describe(message: &Message<'_>) -> String {
    match message {
        Message::Invocation(invocation) => {
            let name = if invocation.streaming {
                "StreamInvocation"
            } else {
                "Invocation"
            };
            let id = invocation.invocation_id.as_deref().unwrap_or("-");
            let arguments = arguments(&invocation.arguments);
            let mut text = format!("{name} {id} {}({arguments})", invocation.target);
            if !invocation.stream_ids.is_empty() {
                write!(text, " streams {}", invocation.stream_ids.join(" ")).unwrap();
            }
            text + &headers(&invocation.headers)
        }
        Message::StreamItem(item) => {
            let order = if item.item_before_id {
                " item first"
            } else {
                ""
            };
            let (id, headers) = (&item.invocation_id, headers(&item.headers));
            format!("StreamItem {id} {}{order}{headers}", value(&item.item))
        }
        Message::Completion(completion) => {
            let outcome = match &completion.outcome {
                CompletionOutcome::Error(error) => format!(" error {error}"),
                CompletionOutcome::Void => String::new(),
                CompletionOutcome::Result(result) => format!(" result {}", value(result)),
            };
            let (id, headers) = (&completion.invocation_id, headers(&completion.headers));
            format!("Completion {id}{outcome}{headers}")
        }
        Message::CancelInvocation(cancel) => {
            format!(
                "CancelInvocation {}{}",
                cancel.invocation_id,
                headers(&cancel.headers)
            )
        }
        Message::Ping => "Ping".into(),
        Message::Close(close) => {
            let error = close
                .error
                .as_ref()
                .map(|error| format!(" {error}"))
                .unwrap_or_default();
            let reconnect = if close.allow_reconnect {
                ", reconnect"
            } else {
                ""
            };
            format!("Close{error}{reconnect}")
        }
        Message::Ack(id) => format!("Ack {id}"),
        Message::Sequence(id) => format!("Sequence {id}"),
        Message::Unknown(message_type) => format!("Unknown {message_type}"),
    }
}

fn arguments(arguments: &RawArguments<'_>) -> String {
    let mut reader = arguments.reader(arguments.len());
    let values: Vec<String> = (0..arguments.len())
        .map(|_| reader.next::<serde_json::Value>().unwrap().to_string())
        .collect();
    reader.finish().unwrap();
    values.join(", ")
}

fn value(value: &RawValue<'_>) -> String {
    let decoded: serde_json::Value = value.decode().unwrap();
    assert_eq!(value.is_null(), decoded.is_null());
    decoded.to_string()
}

fn headers(headers: &Headers<'_>) -> String {
    let entries: String = headers
        .iter()
        .map(|(name, value)| format!(" {name}={value}"))
        .collect();
    if headers.is_empty() {
        entries
    } else {
        format!(" headers{entries}")
    }
}

#[test]
fn messages_are_written_and_read_in_every_protocol() {
    for case in CASES {
        for &protocol in HubProtocol::ALL {
            let mut out = b"before".to_vec();
            (case.write)(protocol, &mut out);
            let frame = FrameReader::default()
                .next(protocol, &out[6..], None)
                .unwrap()
                .unwrap();
            assert_eq!((&out[..6], frame.consumed), (&b"before"[..], out.len() - 6));
            let body = &out[6..][frame.body];
            match protocol {
                HubProtocol::Json => assert_eq!(std::str::from_utf8(body), Ok(case.json)),
                #[cfg(feature = "messagepack")]
                HubProtocol::MessagePack => assert_eq!(hex(body), case.messagepack),
            }
            assert_eq!(
                describe(&protocol.parse(body).unwrap()),
                case.read,
                "{protocol:?}"
            );
        }
    }
}

#[test]
fn texts_of_every_kind_survive() {
    let long = "long ".repeat(100);
    for text in [
        "\"\\/\u{8}\u{c}\n\r\t\0\u{1e}\u{1f}\u{7f}",
        "żółw 日本 😀",
        long.as_str(),
    ] {
        for &protocol in HubProtocol::ALL {
            let mut out = Vec::new();
            let echo = OutgoingInvocation {
                headers: &[(text, text)],
                invocation_id: Some(text),
                target: text,
                arguments: &[&text],
                stream_ids: &[text],
                streaming: false,
            };
            invoke(protocol, &mut out, &echo);
            let frame = FrameReader::default()
                .next(protocol, &out, None)
                .unwrap()
                .unwrap();
            assert_eq!(frame.consumed, out.len());
            let Message::Invocation(read) = protocol.parse(&out[frame.body]).unwrap() else {
                panic!("not an invocation");
            };
            assert_eq!(read.invocation_id.as_deref(), Some(text));
            assert_eq!(read.target, text);
            assert_eq!(read.stream_ids, [text]);
            assert_eq!(read.headers.get(text), Some(text));
            assert_eq!(read.arguments.reader(1).next::<String>().unwrap(), text);
        }
    }
}

#[test]
fn a_failed_write_leaves_nothing_behind() {
    struct Unwritable;
    impl serde::Serialize for Unwritable {
        fn serialize<S: serde::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
            Err(serde::ser::Error::custom("no encoding for this"))
        }
    }
    for &protocol in HubProtocol::ALL {
        let mut out = b"before".to_vec();
        let writes = [
            protocol.write_invocation(&mut out, &call(None, "M", &[&1, &Unwritable])),
            protocol.write_stream_item(&mut out, "1", &Unwritable),
            protocol.write_completion(&mut out, "1", Outcome::Result(&Unwritable)),
        ];
        for write in writes {
            assert_eq!(write.unwrap_err().to_string(), "no encoding for this");
        }
        assert_eq!(out, b"before");
    }
}

#[test]
fn an_encoded_result_is_forwarded_as_it_is() {
    for &protocol in HubProtocol::ALL {
        let (mut plain, mut forwarded) = (Vec::new(), Vec::new());
        protocol
            .write_completion(&mut plain, "1", Outcome::Result(&["a", "b"]))
            .unwrap();
        let frame = FrameReader::default()
            .next(protocol, &plain, None)
            .unwrap()
            .unwrap();
        let Message::Completion(completion) = protocol.parse(&plain[frame.body]).unwrap() else {
            panic!("not a completion");
        };
        let CompletionOutcome::Result(result) = completion.outcome else {
            panic!("no result")
        };
        protocol
            .write_raw_completion(&mut forwarded, "1", result)
            .unwrap();
        assert_eq!(forwarded, plain);
    }
}

#[cfg(feature = "messagepack")]
#[test]
fn an_encoded_result_stays_in_its_protocol() {
    let mut out = Vec::new();
    let result = RawValue::new(HubProtocol::MessagePack, &[0xC0]);
    let error = HubProtocol::Json
        .write_raw_completion(&mut out, "1", result)
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "a value encoded for 'messagepack' cannot be written to 'json'"
    );
    assert_eq!(out, b"");
}

#[cfg(feature = "messagepack")]
#[test]
fn structs_are_maps_and_unit_variants_are_names() {
    #[derive(serde::Serialize, serde::Deserialize, PartialEq, Debug)]
    enum Colour {
        Red,
        Mixed(u8, u8),
    }
    #[derive(serde::Serialize, serde::Deserialize, PartialEq, Debug)]
    struct Pen {
        colour: Colour,
        width: f64,
    }
    let pen = Pen {
        colour: Colour::Red,
        width: 1.5,
    };
    let mut out = Vec::new();
    HubProtocol::MessagePack
        .write_stream_item(&mut out, "1", &pen)
        .unwrap();
    let item = "82a6636f6c6f7572a3526564a57769647468cb3ff8000000000000";
    assert_eq!(hex(&out[6..]), item);
    for pen in [
        pen,
        Pen {
            colour: Colour::Mixed(1, 2),
            width: 2.0,
        },
    ] {
        let mut out = Vec::new();
        HubProtocol::MessagePack
            .write_stream_item(&mut out, "1", &pen)
            .unwrap();
        let read = RawValue::new(HubProtocol::MessagePack, &out[6..])
            .decode::<Pen>()
            .unwrap();
        assert_eq!(read, pen);
    }
}

#[test]
fn names_are_found_in_any_case() {
    assert_eq!(HubProtocol::from_name("JSON"), Some(HubProtocol::Json));
    assert_eq!(HubProtocol::from_name("xml"), None);
    for &protocol in HubProtocol::ALL {
        assert_eq!(HubProtocol::from_name(protocol.name()), Some(protocol));
        assert_eq!(protocol.version(), 2);
    }
    assert_eq!(HubProtocol::Json.transfer_format().as_str(), "Text");
    #[cfg(feature = "messagepack")]
    assert_eq!(
        HubProtocol::MessagePack.transfer_format().as_str(),
        "Binary"
    );
}

#[test]
fn only_types_1_to_5_are_counted() {
    for case in CASES {
        let counted = HubProtocol::Json
            .parse(case.json.as_bytes())
            .unwrap()
            .is_counted();
        let message_type = case.json.as_bytes()[8];
        assert_eq!(
            counted,
            (b'1'..=b'5').contains(&message_type),
            "{}",
            case.json
        );
    }
}
