//! Whole frames with messages that are none, or that promise more than they hold.

use serde_json::json;

use super::ground::{Ground, HUB, MODEST};
use super::wire::{Socket, frame};

/// What ends a connection, and a part of the reason that is given.
fn broken_json() -> Vec<(&'static str, Vec<u8>, &'static str)> {
    let text = |text: &str| text.as_bytes().to_vec();
    let call = |rest: &str| format!(r#"{{"type":1,"target":"Anything",{rest}}}"#).into_bytes();
    let syntax = "InvalidDataException: Error reading JSON.";
    vec![
        ("no message", text(""), syntax),
        ("no JSON", text("hello"), syntax),
        ("no object", text("[1]"), "Expected a JSON Object"),
        ("no type", text("{}"), "Missing required property 'type'."),
        (
            "a type of text",
            text(r#"{"type":"1"}"#),
            "Expected 'type' to be of type Number.",
        ),
        ("a huge type", text(r#"{"type":99999999999999999999}"#), ""),
        ("a type of 10^999999", text(r#"{"type":1e999999}"#), ""),
        (
            "no target",
            text(r#"{"type":1,"arguments":[]}"#),
            "Missing required property 'target'.",
        ),
        (
            "no arguments",
            text(r#"{"type":1,"target":"Echo"}"#),
            "Missing required property 'arguments'.",
        ),
        (
            "arguments of another type",
            call(r#""arguments":{"0":1}"#),
            "Expected 'arguments' to be of type Array.",
        ),
        (
            "depth in arguments",
            call(&format!(r#""arguments":{}"#, "[".repeat(30_000))),
            syntax,
        ),
        (
            "depth that ends",
            call(&format!(
                r#""arguments":[{}{}]"#,
                "[".repeat(15_000),
                "]".repeat(15_000)
            )),
            syntax,
        ),
        (
            "depth where nobody looks",
            call(&format!(r#""other":{}"#, r#"{"a":"#.repeat(6000))),
            syntax,
        ),
        (
            "half an escape",
            text(r#"{"type":1,"target":"\u12"}"#),
            syntax,
        ),
        (
            "a control character",
            text("{\"type\":1,\"target\":\"\u{1}\"}"),
            syntax,
        ),
        (
            "stream ids of another type",
            call(r#""arguments":[],"streamIds":[1]"#),
            "Cannot get the value of a token type 'Number' as a string.",
        ),
        (
            "headers of another type",
            call(r#""arguments":[],"headers":{"a":1}"#),
            "Expected header 'a' to be of type String.",
        ),
        (
            "an answer with two outcomes",
            text(r#"{"type":3,"invocationId":"1","result":1,"error":"x"}"#),
            "mutually exclusive",
        ),
        (
            "an Ack of nothing",
            text(r#"{"type":8}"#),
            "Missing required property 'sequenceId'.",
        ),
        (
            "an item before its id",
            text(r#"{"type":2,"item":1,"invocationId":"1"}"#),
            "No stream with id '1' could be found.",
        ),
    ]
}

#[tokio::test(start_paused = true)]
async fn json_that_is_no_message_ends_its_connection_with_the_reason() {
    let mut ground = Ground::new().await;
    for (what, mut message, reason) in broken_json() {
        message.push(0x1e);
        let network = ground.network.clone();
        let ended = ground.attacked(what, MODEST, async {
            let mut socket = Socket::connect(&network, HUB).await;
            // Binary, so that the text is not checked before.
            socket.write(&frame(0x82, &message)).await;
            socket.end().await
        });
        let said = ended
            .await
            .said
            .unwrap_or_else(|| panic!("{what}: no word"));
        assert!(said.contains(reason), "{what}: {said}");
    }
}

/// What fails a call alone.
fn bad_arguments() -> Vec<(&'static str, &'static str, String)> {
    vec![
        ("bytes that are no text", "Echo", "\"\\ud800\"".into()),
        ("a number of 30,000 digits", "Number", "9".repeat(30_000)),
        ("a number beyond all", "Number", "1e999999999".into()),
        ("arguments in plenty", "Echo", vec!["0"; 15_000].join(",")),
        ("a list for a text", "Echo", "[]".into()),
        (
            "depth that is allowed",
            "Echo",
            format!("{}{}", "[".repeat(60), "]".repeat(60)),
        ),
        ("a name of 30,000 letters", "", "x".repeat(30_000)),
    ]
}

#[tokio::test(start_paused = true)]
async fn arguments_that_do_not_fit_fail_their_call_alone() {
    let mut ground = Ground::new().await;
    for (what, target, arguments) in bad_arguments() {
        let network = ground.network.clone();
        let message = if target.is_empty() {
            format!(r#"{{"type":1,"invocationId":"1","target":"{arguments}","arguments":[]}}"#)
        } else {
            format!(
                r#"{{"type":1,"invocationId":"1","target":"{target}","arguments":[{arguments}]}}"#
            )
        };
        ground
            .attacked(what, MODEST, async {
                let mut socket = Socket::connect(&network, HUB).await;
                let message = frame(0x81, format!("{message}\x1e").as_bytes());
                socket.write(&message).await;
                let answer = socket.completion(1).await;
                assert!(answer["error"].is_string(), "{what}: {answer}");
                let answer = socket.ask(2, "Echo", json!(["still here"])).await;
                assert_eq!(answer["result"], "still here", "{what}");
            })
            .await;
    }
}

#[tokio::test(start_paused = true)]
async fn messages_that_mean_nothing_are_passed_over() {
    let mut ground = Ground::new().await;
    let names: String = (0..3000).map(|n| format!(r#""{n}":0,"#)).collect();
    let headers: String = (0..2000).map(|n| format!(r#""{n}":"x","#)).collect();
    for (what, message) in [
        ("pings", json!({"type": 6}).to_string()),
        (
            "unknown types",
            json!({"type": 77, "invocationId": "1"}).to_string(),
        ),
        (
            "cancelling nothing",
            json!({"type": 5, "invocationId": "9"}).to_string(),
        ),
        (
            "answers that nobody asked for",
            json!({"type": 3, "invocationId": "9", "result": 1}).to_string(),
        ),
        (
            "items of no stream",
            json!({"type": 2, "invocationId": "9", "item": 1}).to_string(),
        ),
        (
            "the end of no stream",
            json!({"type": 3, "invocationId": "9"}).to_string(),
        ),
        (
            "Acks where nothing is kept",
            json!({"type": 8, "sequenceId": i64::MAX}).to_string(),
        ),
        (
            "Sequences where nothing is kept",
            json!({"type": 9, "sequenceId": i64::MAX}).to_string(),
        ),
        (
            "calls of nothing that want no answer",
            json!({"type": 1, "target": "No", "arguments": []}).to_string(),
        ),
        ("property upon property", format!(r#"{{{names}"type":6}}"#)),
        (
            "header upon header",
            format!(r#"{{"headers":{{{headers}"x":""}},"type":6}}"#),
        ),
    ] {
        let network = ground.network.clone();
        let times = (1 << 22) / message.len();
        let many = frame(
            0x81,
            format!("{message}\x1e")
                .repeat(1 + 4096 / message.len())
                .as_bytes(),
        );
        ground
            .attacked(what, MODEST, async {
                let mut socket = Socket::connect(&network, HUB).await;
                socket.pour(&many, times * message.len() / many.len()).await;
                let answer = socket.ask(1, "Echo", json!(["through"])).await;
                assert_eq!(answer["result"], "through", "{what}");
            })
            .await;
    }
}

/// A message of MessagePack whose length is right.
fn framed(body: &[u8]) -> Vec<u8> {
    let mut length = body.len();
    let mut message = Vec::new();
    while length >= 0x80 {
        message.push(length as u8 | 0x80);
        length >>= 7;
    }
    message.push(length as u8);
    message.extend(body);
    message
}

/// A call of `target` with these arguments, as they are.
fn packed_call(target: &str, arguments: &[u8]) -> Vec<u8> {
    // Its type, no headers, the id "1", the target, the arguments and no streams.
    let mut body = vec![0x96, 1, 0x80, 0xa1, b'1', 0xa0 | target.len() as u8];
    body.extend(target.as_bytes());
    body.extend(arguments);
    body.push(0x90);
    framed(&body)
}

fn broken_messagepack() -> Vec<(&'static str, Vec<u8>)> {
    let depth = [&[0x91][..], &[0x91; 30_000]].concat();
    let deep_map = [&[0x91][..], &[0x81, 0xa0].repeat(10_000)].concat();
    let vast = |head: u8| [&[0x91, head][..], &[0xff; 4]].concat();
    vec![
        ("a length of 2 GiB", vec![0xff, 0xff, 0xff, 0xff, 0x07]),
        ("a length without an end", vec![0xff; 6]),
        ("no array", framed(&[0x01])),
        ("nothing", framed(&[])),
        ("an empty array", framed(&[0x90])),
        ("a type of text", framed(&[0x91, 0xa1, b'1'])),
        ("never used", framed(&[0x91, 0xc1])),
        (
            "an array of arrays of arrays",
            packed_call("Anything", &depth),
        ),
        ("a map of maps of maps", packed_call("Anything", &deep_map)),
        (
            "2^32 arguments",
            packed_call("Anything", &[0xdd, 0xff, 0xff, 0xff, 0xff]),
        ),
        ("2^32 numbers", packed_call("Numbers", &vast(0xdd))),
        ("2^32 entries", packed_call("Anything", &vast(0xdf))),
        ("2^32 bytes", packed_call("Anything", &vast(0xc6))),
        ("2^32 letters", packed_call("Echo", &vast(0xdb))),
        (
            "2^32 bytes of an extension",
            packed_call("Anything", &[&vast(0xc9)[..], &[1]].concat()),
        ),
        (
            "2^32 headers",
            framed(&[0x96, 1, 0xdf, 0xff, 0xff, 0xff, 0xff]),
        ),
        (
            "2^32 elements of a message",
            framed(&[0xdd, 0xff, 0xff, 0xff, 0xff, 1]),
        ),
    ]
}

#[tokio::test(start_paused = true)]
async fn messagepack_that_is_no_message_ends_its_connection_with_a_reason() {
    let mut ground = Ground::new().await;
    for (what, message) in broken_messagepack() {
        let network = ground.network.clone();
        let ended = ground.attacked(what, MODEST, async {
            let mut socket = Socket::speaking(&network, HUB, "messagepack").await;
            socket.write(&frame(0x82, &message)).await;
            socket.end().await
        });
        let said = ended
            .await
            .said
            .unwrap_or_else(|| panic!("{what}: no word"));
        assert!(
            said.starts_with("Connection closed with an error. "),
            "{what}: {said}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_million_empty_arrays_are_an_argument_as_any_other() {
    let mut ground = Ground::with(
        |o| o.maximum_receive_message_size = Some(2 << 20),
        |endpoint| endpoint,
    )
    .await;
    let mut arguments = vec![0x91, 0xdd, 0, 0x0f, 0x42, 0x40];
    arguments.resize(arguments.len() + 1_000_000, 0x90);
    let message = frame(0x82, &packed_call("Numbers", &arguments));
    let network = ground.network.clone();
    ground
        .attacked("a million empty arrays", 8 * MODEST, async {
            let mut socket = Socket::speaking(&network, HUB, "messagepack").await;
            socket.write(&message).await;
            let (_, answer) = socket.next().await.expect("an answer");
            let answer = String::from_utf8_lossy(&answer).into_owned();
            assert!(answer.contains("Failed to invoke 'Numbers'"), "{answer}");
        })
        .await;
}
