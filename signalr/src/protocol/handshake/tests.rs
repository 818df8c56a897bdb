use super::{HandshakeRequest, parse_request, parse_response, write_request, write_response};
use crate::protocol::ProtocolError;

fn shown(error: &ProtocolError) -> String {
    format!("{}: {error}", error.kind())
}

#[test]
fn requests_are_understood() {
    let cases = [
        (r#"{"protocol":"json","version":1}"#, "json", 1),
        (r#"{"version":-5,"protocol":"Xml"}"#, "Xml", -5),
        (
            r#"{"protocol":"xml","protocol":"json","version":9,"version":2}"#,
            "json",
            2,
        ),
        (
            r#" {"protocol":"","x":{"a":[1,2]},"version":0,"type":1} trailing"#,
            "",
            0,
        ),
        (r#"{"pro\u0074ocol":"js\u006fn","version":1}"#, "json", 1),
        (
            r#"{"protocol":"json","version":null,"version":1}"#,
            "json",
            1,
        ),
    ];
    for (body, protocol, version) in cases {
        let expected = HandshakeRequest {
            protocol: protocol.into(),
            version,
        };
        assert_eq!(parse_request(body.as_bytes()), Ok(expected), "{body}");
    }
}

#[test]
fn faults_of_a_request_are_worded_as_in_the_reference() {
    let no_object = |found| {
        format!(
            "InvalidDataException: Unexpected JSON Token Type '{found}'. Expected a JSON Object."
        )
    };
    let missing = |name, body| {
        format!("InvalidDataException: Missing required property '{name}'. Message content: {body}")
    };
    let wrong =
        |name, kind| format!("InvalidDataException: Expected '{name}' to be of type {kind}.");
    let no_int32 = "FormatException: Either the JSON value is not in a supported format, or is out \
                    of bounds for an Int32.";
    let no_utf8 = "InvalidOperationException: Cannot transcode invalid UTF-8 JSON text to UTF-16 \
                   string.";
    let cases: Vec<(&[u8], String)> = vec![
        (b"[1]", no_object("Array")),
        (b"null", no_object("Null")),
        (b"\"x\"", no_object("String")),
        (b"{}", missing("protocol", "{}")),
        (b"{\"x\":1} more", missing("protocol", "{\"x\":1} more")),
        (
            b"{\"x\":\"\xFF\"}",
            missing("protocol", "{\"x\":\"\u{FFFD}\"}"),
        ),
        (
            b"{\"Protocol\":\"json\"}",
            missing("protocol", "{\"Protocol\":\"json\"}"),
        ),
        (
            b"{\"protocol\":\"a\"}",
            missing("version", "{\"protocol\":\"a\"}"),
        ),
        (
            b"{\"protocol\":1,\"version\":1}",
            wrong("protocol", "String"),
        ),
        (
            b"{\"version\":1,\"protocol\":null}",
            wrong("protocol", "String"),
        ),
        (
            b"{\"protocol\":\"json\",\"version\":\"1\"}",
            wrong("version", "Number"),
        ),
        (
            b"{\"protocol\":\"json\",\"version\":[]}",
            wrong("version", "Number"),
        ),
        (b"{\"protocol\":\"json\",\"version\":1.0}", no_int32.into()),
        (
            b"{\"protocol\":\"json\",\"version\":99999999999}",
            no_int32.into(),
        ),
        (b"{\"protocol\":\"\xFF\",\"version\":1}", no_utf8.into()),
    ];
    for (body, expected) in cases {
        let body_text = body.escape_ascii();
        assert_eq!(
            shown(&parse_request(body).unwrap_err()),
            expected,
            "{body_text}"
        );
    }
}

#[test]
fn what_is_no_json_is_told_from_what_is_no_request() {
    for body in [
        "",
        "{",
        "hello",
        "{\"protocol\":\"json\",\"version\":1,\"x\":}",
        "\u{FEFF}{}",
        "nul",
    ] {
        assert_eq!(
            parse_request(body.as_bytes()).unwrap_err().kind(),
            "JsonReaderException"
        );
    }
    let error = parse_request(b"{\"protocol\":json}").unwrap_err();
    assert_eq!(error.to_string(), "An invalid start of a value at byte 12.");
}

#[test]
fn responses_are_understood() {
    assert_eq!(parse_response(b"{}"), Ok(Ok(())));
    assert_eq!(
        parse_response(b"{\"minorVersion\":1,\"error\":\"\"}"),
        Ok(Ok(()))
    );
    assert_eq!(parse_response(b"{\"error\":\"no\"}"), Ok(Err("no".into())));
    let hub_message = parse_response(b"{\"type\":6}").unwrap_err();
    assert_eq!(
        shown(&hub_message),
        "InvalidDataException: Expected a handshake response from the server."
    );
    assert_eq!(
        parse_response(b"{\"error\":5}").unwrap_err().kind(),
        "InvalidDataException"
    );
    assert_eq!(
        parse_response(b"").unwrap_err().kind(),
        "JsonReaderException"
    );
}

#[test]
fn both_are_written() {
    let mut out = Vec::new();
    write_request(&mut out, "json", 1);
    write_response(&mut out, None);
    write_response(&mut out, Some("The protocol '\"' is not supported."));
    let expected = "{\"protocol\":\"json\",\"version\":1}\x1e{}\x1e\
                    {\"error\":\"The protocol '\\\"' is not supported.\"}\x1e";
    assert_eq!(String::from_utf8(out).unwrap(), expected);
}
