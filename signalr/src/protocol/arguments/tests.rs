use crate::protocol::{BindError, HubProtocol, Message, RawArguments};

fn json(arguments: &str) -> String {
    format!(r#"{{"type":1,"target":"M","arguments":{arguments}}}"#)
}

fn arguments(protocol: HubProtocol, body: &[u8]) -> RawArguments<'_> {
    match protocol.parse(body).unwrap() {
        Message::Invocation(invocation) => invocation.arguments,
        other => panic!("{other:?}"),
    }
}

/// Binds to a method with two whole numbers.
fn bind(arguments: RawArguments<'_>) -> Result<(i32, i32), BindError> {
    let mut reader = arguments.reader(2);
    let numbers = (reader.next()?, reader.next()?);
    reader.finish()?;
    Ok(numbers)
}

fn shown(bound: Result<(i32, i32), BindError>) -> String {
    match bound {
        Ok(numbers) => format!("{numbers:?}"),
        Err(error) => format!("{}: {error}", error.kind()),
    }
}

const WRONG_TYPE: &str = "InvalidDataException: Error binding arguments. Make sure that the types \
                          of the provided values match the types of the hub method being invoked.";
const TRAILING_COMMA: &str = "JsonReaderException: The JSON array contains a trailing comma at the \
                              end which is not supported in this mode. Change the reader options.";

fn wrong_count(provided: usize) -> String {
    format!(
        "InvalidDataException: Invocation provides {provided} argument(s) but target expects 2."
    )
}

#[test]
fn json_reports_the_first_wrong_type_before_a_wrong_count() {
    let cases = [
        ("[1,2]", "(1, 2)".to_owned()),
        (" [ 1 , 2 ] ", "(1, 2)".to_owned()),
        ("[]", wrong_count(0)),
        ("[1]", wrong_count(1)),
        ("[1,2,3]", wrong_count(3)),
        ("[\"x\"]", WRONG_TYPE.to_owned()),
        ("[\"x\",2,3]", WRONG_TYPE.to_owned()),
        ("[1,1.5]", WRONG_TYPE.to_owned()),
        ("[1,null]", WRONG_TYPE.to_owned()),
        ("[1,2147483648]", WRONG_TYPE.to_owned()),
        ("[1,2,\"x\"]", wrong_count(3)),
        ("[1,2,]", TRAILING_COMMA.to_owned()),
        ("[1,2 ,\n]", TRAILING_COMMA.to_owned()),
        ("[1,]", TRAILING_COMMA.to_owned()),
        ("[1,2,3,]", TRAILING_COMMA.to_owned()),
    ];
    for (array, expected) in cases {
        let body = json(array);
        assert_eq!(
            shown(bind(arguments(HubProtocol::Json, body.as_bytes()))),
            expected,
            "{array}"
        );
    }
}

#[cfg(feature = "messagepack")]
#[test]
fn messagepack_reports_a_wrong_count_before_anything_else() {
    let cases: &[(&[u8], String)] = &[
        (&[0x92, 1, 2], "(1, 2)".to_owned()),
        (&[0x90], wrong_count(0)),
        (&[0x91, 0xC0], wrong_count(1)),
        (&[0x93, 0xC0, 2, 3], wrong_count(3)),
        (&[0x92, 0xC0, 2], WRONG_TYPE.to_owned()),
        (&[0x92, 1, 0xA1, b'2'], WRONG_TYPE.to_owned()),
    ];
    for (array, expected) in cases {
        let body = [&[0x95, 1, 0x80, 0xC0, 0xA1, b'M'], *array].concat();
        let bound = bind(arguments(HubProtocol::MessagePack, &body));
        assert_eq!(shown(bound), *expected, "{array:x?}");
    }
}

#[test]
fn a_method_without_parameters_takes_no_arguments() {
    let body = json("[1]");
    let error = arguments(HubProtocol::Json, body.as_bytes())
        .reader(0)
        .finish()
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "Invocation provides 1 argument(s) but target expects 0."
    );
    let body = json("[]");
    arguments(HubProtocol::Json, body.as_bytes())
        .reader(0)
        .finish()
        .unwrap();
}

#[test]
fn a_wrong_type_says_which_argument_and_why() {
    let body = json(r#"[1,"x"]"#);
    match bind(arguments(HubProtocol::Json, body.as_bytes())) {
        Err(BindError::WrongType { index: 1, detail }) => {
            assert!(
                detail
                    .to_string()
                    .contains("invalid type: string \"x\", expected i32")
            );
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn each_argument_has_its_own_type() {
    let body = json(r#"["a,]b\"", {"k":[1,2]} ,[[],[1]],true]"#);
    let mut reader = arguments(HubProtocol::Json, body.as_bytes()).reader(4);
    assert_eq!(reader.next::<String>().unwrap(), "a,]b\"");
    let map = reader
        .next::<std::collections::HashMap<String, Vec<u8>>>()
        .unwrap();
    assert_eq!(map["k"], [1, 2]);
    assert_eq!(reader.next::<Vec<Vec<u8>>>().unwrap(), [vec![], vec![1]]);
    assert!(reader.next::<bool>().unwrap());
    reader.finish().unwrap();
}

#[test]
fn an_argument_that_is_no_utf8_fails_only_its_call() {
    let body = b"{\"type\":1,\"target\":\"M\",\"arguments\":[\"\xFF\"]}";
    let mut reader = arguments(HubProtocol::Json, body).reader(1);
    assert!(matches!(
        reader.next::<String>(),
        Err(BindError::WrongType { index: 0, .. })
    ));
}
