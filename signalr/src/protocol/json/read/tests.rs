use crate::protocol::{CompletionOutcome, HubProtocol, Message};

fn parse(body: &[u8]) -> Result<Message<'_>, String> {
    HubProtocol::Json
        .parse(body)
        .map_err(|error| format!("{}: {error}", error.kind()))
}

#[track_caller]
fn check_refused(cases: &[(&str, &str)]) {
    for (body, expected) in cases {
        assert_eq!(parse(body.as_bytes()).unwrap_err(), *expected, "{body}");
    }
}

#[test]
fn what_is_no_json_is_refused() {
    let cases = [
        "",
        " ",
        "hello",
        "nul",
        "-",
        "{",
        "\"x",
        "\u{FEFF}{\"type\":6}",
        "\u{b}{\"type\":6}",
        "\0",
        "{\"type\"",
        "{\"type\":",
        "{\"type\":6",
        "{\"type\":6,",
        "{\"type\":6,}",
        "{\"type\":6]",
        "{,\"type\":6}",
        "{\"a\":1,,\"type\":6}",
        "{\"a\",\"type\":6}",
        "{a:1}",
        "{\"type\":6 \"a\":1}",
        "{/**/\"type\":6}",
        "{\"type\":6,\"x\":tru}",
        "{\"type\":6,\"x\":truex}",
        "{\"target\":tru}",
        "{\"target\":1a}",
        "{\"type\":1 2}",
        "{\"headers\":{\"a\":\"b\",}}",
        "{\"streamIds\":[\"a\",]}",
        "{\"streamIds\":[,]}",
        "{\"streamIds\":[\"a\" \"b\"]}",
    ];
    for body in cases {
        let error = parse(body.as_bytes()).unwrap_err();
        assert_eq!(error, "InvalidDataException: Error reading JSON.", "{body}");
    }
}

#[test]
fn values_follow_the_grammar() {
    let good = [
        "0",
        "-0",
        "1E+5",
        "1.25e-3",
        "12",
        "\"\"",
        "\"a\u{7f}b\"",
        r#""\"\\\/\b\f\n\r\t\u12aF""#,
        "[]",
        "[ ]",
        "{}",
        "{ }",
        "[[],{}]",
        "{\"a\":{\"b\":[1,{}]},\"c\":null}",
        "true",
        "false",
        "null",
        r#""\ud800""#,
    ];
    let bad = [
        "-",
        "1.",
        ".5",
        "1e",
        "1e+",
        "00",
        "-01",
        "+1",
        "NaN",
        "1a",
        "\"a\tb\"",
        r#""\x""#,
        r#""\u12""#,
        r#""\u12g4""#,
        "[1,]",
        "[1 2]",
        "[,]",
        "{\"a\":1,}",
        "{\"a\"}",
        "{\"a\":}",
        "{1:2}",
        "[}",
        "{]",
        "[1",
        "'x'",
        "nulL",
        "truefalse",
        "",
    ];
    for value in good {
        let body = format!("{{\"x\":{value},\"type\":6}}");
        assert_eq!(parse(body.as_bytes()), Ok(Message::Ping), "{body}");
    }
    for value in bad {
        let body = format!("{{\"x\":{value},\"type\":6}}");
        assert!(parse(body.as_bytes()).is_err(), "{body}");
    }
}

#[test]
fn faults_are_worded_as_in_the_reference() {
    const NO_INT32: &str = "FormatException: Either the JSON value is not in a supported format, or \
                            is out of bounds for an Int32.";
    const NO_INT64: &str = "FormatException: Either the JSON value is not in a supported format, or \
                            is out of bounds for an Int64.";
    check_refused(&[
        (
            "[1]",
            "InvalidDataException: Unexpected JSON Token Type 'Array'. Expected a JSON Object.",
        ),
        (
            "[}",
            "InvalidDataException: Unexpected JSON Token Type 'Array'. Expected a JSON Object.",
        ),
        (
            "true",
            "InvalidDataException: Unexpected JSON Token Type 'True'. Expected a JSON Object.",
        ),
        (
            "1.5",
            "InvalidDataException: Unexpected JSON Token Type 'Number'. Expected a JSON Object.",
        ),
        (
            "{}",
            "InvalidDataException: Missing required property 'type'.",
        ),
        (
            "{\"Type\":6}",
            "InvalidDataException: Missing required property 'type'.",
        ),
        (
            "{\"type\":null}",
            "InvalidDataException: Expected 'type' to be of type Number.",
        ),
        (
            "{\"type\":\"1\"}",
            "InvalidDataException: Expected 'type' to be of type Number.",
        ),
        (
            "{\"type\":[1]}",
            "InvalidDataException: Expected 'type' to be of type Number.",
        ),
        ("{\"type\":1.5}", NO_INT32),
        ("{\"type\":1e0}", NO_INT32),
        ("{\"type\":5000000000}", NO_INT32),
        (
            "{\"type\":1}",
            "InvalidDataException: Missing required property 'target'.",
        ),
        (
            "{\"type\":1,\"arguments\":[]}",
            "InvalidDataException: Missing required property 'target'.",
        ),
        (
            "{\"type\":1,\"target\":\"M\"}",
            "InvalidDataException: Missing required property 'arguments'.",
        ),
        (
            "{\"type\":4}",
            "InvalidDataException: Missing required property 'target'.",
        ),
        (
            "{\"type\":4,\"invocationId\":\"\",\"target\":\"M\",\"arguments\":[]}",
            "InvalidDataException: Missing required property 'invocationId'.",
        ),
        (
            "{\"type\":2,\"item\":1}",
            "InvalidDataException: Missing required property 'invocationId'.",
        ),
        (
            "{\"type\":2,\"invocationId\":\"\"}",
            "InvalidDataException: Missing required property 'invocationId'.",
        ),
        (
            "{\"type\":2,\"invocationId\":\"x\"}",
            "InvalidDataException: Missing required property 'item'.",
        ),
        (
            "{\"type\":3,\"error\":\"e\",\"result\":1}",
            "InvalidDataException: Missing required property 'invocationId'.",
        ),
        (
            "{\"type\":3,\"invocationId\":\"x\",\"error\":\"\",\"result\":1}",
            "InvalidDataException: The 'error' and 'result' properties are mutually exclusive.",
        ),
        (
            "{\"type\":5,\"invocationId\":\"\"}",
            "InvalidDataException: Missing required property 'invocationId'.",
        ),
        (
            "{\"type\":8}",
            "InvalidDataException: Missing required property 'sequenceId'.",
        ),
        (
            "{\"type\":9,\"sequenceId\":null}",
            "InvalidDataException: Missing required property 'sequenceId'.",
        ),
        (
            "{\"type\":8,\"sequenceId\":\"1\"}",
            "InvalidDataException: Expected 'sequenceId' to be of type Number.",
        ),
        ("{\"type\":8,\"sequenceId\":99999999999999999999}", NO_INT64),
        (
            "{\"invocationId\":null}",
            "InvalidDataException: Expected 'invocationId' to be of type String.",
        ),
        (
            "{\"invocationId\":1}",
            "InvalidDataException: Expected 'invocationId' to be of type String.",
        ),
        (
            "{\"target\":null}",
            "InvalidDataException: Expected 'target' to be of type String.",
        ),
        (
            "{\"target\":[",
            "InvalidDataException: Expected 'target' to be of type String.",
        ),
        (
            "{\"error\":null}",
            "InvalidDataException: Expected 'error' to be of type String.",
        ),
        (
            "{\"arguments\":null}",
            "InvalidDataException: Expected 'arguments' to be of type Array.",
        ),
        (
            "{\"arguments\":{}}",
            "InvalidDataException: Expected 'arguments' to be of type Array.",
        ),
        (
            "{\"allowReconnect\":\"yes\"}",
            "InvalidDataException: Expected 'allowReconnect' to be true or false.",
        ),
        (
            "{\"headers\":null}",
            "InvalidDataException: Expected 'headers' to be of type StartObject.",
        ),
        (
            "{\"type\":6,\"headers\":5}",
            "InvalidDataException: Expected 'headers' to be of type StartObject.",
        ),
        (
            "{\"headers\":{\"a\":1}}",
            "InvalidDataException: Expected header 'a' to be of type String.",
        ),
        (
            "{\"headers\":{\"a\":{}}}",
            "InvalidDataException: Expected header 'a' to be of type String.",
        ),
        (
            "{\"streamIds\":null}",
            "InvalidDataException: Expected 'streamIds' to be of type Array.",
        ),
        (
            "{\"streamIds\":[null]}",
            "InvalidDataException: Null value for 'streamIds' is not valid.",
        ),
        (
            "{\"streamIds\":[1]}",
            "InvalidOperationException: Cannot get the value of a token type 'Number' as a string.",
        ),
        (
            "{\"streamIds\":[[]]}",
            "InvalidOperationException: Cannot get the value of a token type 'StartArray' as a \
             string.",
        ),
    ]);
}

#[test]
fn texts_of_the_envelope_must_be_unicode() {
    const INCOMPLETE: &str = "InvalidOperationException: Cannot read incomplete UTF-16 JSON text as \
                              string with missing low surrogate.";
    check_refused(&[
        (r#"{"target":"\ud800"}"#, INCOMPLETE),
        (r#"{"target":"\ud800\n"}"#, INCOMPLETE),
        (r#"{"headers":{"\ud800":""}}"#, INCOMPLETE),
        (
            r#"{"target":"\udc00"}"#,
            "InvalidOperationException: Cannot read invalid UTF-16 JSON text as string. Invalid \
             surrogate value: '0xDC00'.",
        ),
        (
            r#"{"target":"\ud800\ud800"}"#,
            "InvalidOperationException: Cannot read invalid UTF-16 JSON text as string. Invalid \
             surrogate value: '0xD800'.",
        ),
    ]);
    let no_utf8: [&[u8]; 5] = [
        b"{\"target\":\"\xFF\"}",
        b"{\"target\":\"\\n\xFF\"}",
        b"{\"error\":\"\xC0\x80\"}",
        b"{\"streamIds\":[\"\xFF\"]}",
        b"{\"headers\":{\"a\":\"\xFF\"}}",
    ];
    for body in no_utf8 {
        let expected =
            "InvalidOperationException: Cannot transcode invalid UTF-8 JSON text to UTF-16 string.";
        assert_eq!(
            parse(body).unwrap_err(),
            expected,
            "{}",
            body.escape_ascii()
        );
    }
}

#[test]
fn what_nobody_asks_for_need_not_be_unicode() {
    let bodies: [&[u8]; 4] = [
        b"{\"type\":6,\"x\":\"\xFF\"}",
        b"{\"type\":6,\"\xFF\":1}",
        br#"{"type":6,"x\ud800":1}"#,
        br#"{"type":6,"x":"\ud800"}"#,
    ];
    for body in bodies {
        assert_eq!(parse(body), Ok(Message::Ping), "{}", body.escape_ascii());
    }
}

#[test]
fn the_last_of_equal_properties_counts_and_order_does_not() {
    let cases = [
        r#"{"type":1,"invocationId":"1","target":"M","arguments":[1]}"#,
        r#"{"arguments":[1],"target":"M","invocationId":"1","type":1}"#,
        r#" { "t\u0079pe" : 1 , "invocationId":"1","target":"\u004d","arguments":[1] } {"#,
        r#"{"type":2,"target":"N","type":1,"invocationId":"2","invocationId":"1","target":"M","arguments":[1]}"#,
        r#"{"type":1,"Type":6,"invocationId":"1","target":"M","arguments":[1],"x":{"type":6}}garbage"#,
    ];
    for body in cases {
        let Ok(Message::Invocation(invocation)) = parse(body.as_bytes()) else {
            panic!("{body}")
        };
        assert_eq!(invocation.invocation_id.as_deref(), Some("1"), "{body}");
        assert_eq!(
            (&*invocation.target, invocation.arguments.len()),
            ("M", 1),
            "{body}"
        );
    }
}

#[test]
fn an_empty_id_of_a_call_is_none() {
    let body = br#"{"type":1,"invocationId":"","target":"","arguments":[],"streamIds":[]}"#;
    let Ok(Message::Invocation(invocation)) = parse(body) else {
        panic!("no invocation")
    };
    assert_eq!((invocation.invocation_id, &*invocation.target), (None, ""));
    assert!(invocation.stream_ids.is_empty());
}

#[test]
fn an_item_tells_whether_its_id_came_first() {
    let cases = [
        (r#"{"type":2,"invocationId":"x","item":1}"#, false),
        (r#"{"type":2,"item":1,"invocationId":"x"}"#, true),
        (r#"{"type":2,"invocationId":"","item":1}"#, true),
        (r#"{"type":2,"item":1,"invocationId":"x","item":2}"#, false),
    ];
    for (body, expected) in cases {
        let Ok(Message::StreamItem(item)) = parse(body.as_bytes()) else {
            panic!("{body}")
        };
        assert_eq!(item.item_before_id, expected, "{body}");
    }
}

#[test]
fn a_trailing_comma_is_a_fault_of_the_call_only_if_the_target_is_known() {
    assert!(parse(br#"{"type":1,"target":"M","arguments":[1,]}"#).is_ok());
    assert!(parse(br#"{"type":1,"arguments":[1,],"target":"M"}"#).is_err());
    assert!(parse(br#"{"type":1,"target":"M","arguments":[,]}"#).is_err());
    assert!(parse(br#"{"type":1,"target":"M","arguments":[1,,]}"#).is_err());
    assert!(parse(br#"{"type":1,"target":"M","arguments":[[1,]]}"#).is_err());
}

#[test]
fn a_result_is_told_from_none() {
    let outcome = |body: &'static str| match parse(body.as_bytes()) {
        Ok(Message::Completion(completion)) => completion.outcome,
        other => panic!("{other:?}"),
    };
    assert_eq!(
        outcome(r#"{"type":3,"invocationId":"1"}"#),
        CompletionOutcome::Void
    );
    let null = outcome(r#"{"type":3,"invocationId":"1","result": null }"#);
    assert!(matches!(null, CompletionOutcome::Result(value) if value.is_null()));
    let error = outcome(r#"{"type":3,"invocationId":"1","error":""}"#);
    assert_eq!(error, CompletionOutcome::Error("".into()));
}

#[test]
fn unknown_types_are_no_fault() {
    for (body, expected) in [("-1", -1), ("0", 0), ("-0", 0), ("99", 99)] {
        let body = format!("{{\"type\":{body}}}");
        assert_eq!(parse(body.as_bytes()), Ok(Message::Unknown(expected)));
    }
}

#[test]
fn values_nest_63_levels_inside_a_message() {
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        let message = |levels: usize| {
            format!(
                "{{\"type\":6,\"x\":{}1{}}}",
                open.repeat(levels),
                close.repeat(levels)
            )
        };
        assert_eq!(parse(message(63).as_bytes()), Ok(Message::Ping));
        assert!(parse(message(64).as_bytes()).is_err());
        assert!(parse(message(100_000).as_bytes()).is_err());
    }
}

#[test]
fn headers_are_kept_as_sent() {
    let body = br#"{"type":5,"headers":{"a":"1","":"","a":"\u0032"},"invocationId":"x"}"#;
    let Ok(Message::CancelInvocation(cancel)) = parse(body) else {
        panic!("no cancellation")
    };
    let entries: Vec<_> = cancel.headers.iter().collect();
    assert_eq!(entries, [("a", "1"), ("", ""), ("a", "2")]);
    assert_eq!(
        (cancel.headers.get("a"), cancel.headers.get("A")),
        (Some("2"), None)
    );
}
