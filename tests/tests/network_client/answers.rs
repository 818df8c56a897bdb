//! What negotiation answers.

use signalr::HubConnection;
use signalr::client::{ConnectError, NegotiateError, RequestError, StartError};

use crate::server::{answering, negotiation, status};

async fn refused(code: u16, body: &'static str) -> (NegotiateError, String) {
    let (url, _) = answering(move |_| status(code, body)).await;
    let link = HubConnection::builder(&url).build().expect("valid");
    let error = link.start().await.expect_err("no negotiation");
    let text = error.to_string();
    match error {
        StartError::Connect(ConnectError::Negotiate(error)) => (error, text),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_status_is_told_with_its_text_and_a_remedy() {
    for (code, remedy) in [
        (401, "access_token_provider"),
        (403, "lacks a right"),
        (404, "not a SignalR endpoint"),
        (503, "is the server running"),
    ] {
        let (error, text) = refused(code, "as the server says").await;
        match error {
            NegotiateError::Request(RequestError::Status { status, body }) => {
                assert_eq!((status, body.as_str()), (code, "as the server says"));
            }
            other => panic!("{other:?}"),
        }
        assert!(text.contains("as the server says"), "{text}");
        assert!(text.contains(remedy), "{code}: {text}");
    }
}

#[tokio::test]
async fn the_servers_own_error_is_told_word_for_word() {
    let (error, text) = refused(200, r#"{"error":"we are full"}"#).await;
    assert!(matches!(error, NegotiateError::Refused(_)), "{error:?}");
    assert_eq!(text, "we are full");
}

#[tokio::test]
async fn the_server_of_the_old_product_is_recognised() {
    let old = r#"{"Url":"/signalr","ConnectionToken":"X","ProtocolVersion":"1.4"}"#;
    let (error, text) = refused(200, old).await;
    assert!(matches!(error, NegotiateError::AspNetSignalR), "{error:?}");
    assert!(text.contains("ASP.NET SignalR server"), "{text}");
}

#[tokio::test]
async fn an_answer_that_is_no_negotiation_is_said_to_be_none() {
    for (body, missing) in [
        ("<html>hello</html>", "expected value"),
        ("{}", "`connectionId` is missing"),
        (
            r#"{"connectionId":"x"}"#,
            "`availableTransports` is missing",
        ),
        (
            r#"{"negotiateVersion":1,"connectionId":"x","availableTransports":[]}"#,
            "`connectionToken` is missing",
        ),
    ] {
        let (error, text) = refused(200, body).await;
        assert!(matches!(error, NegotiateError::Malformed(_)), "{error:?}");
        assert!(text.contains(missing), "{text}");
        assert!(
            text.contains("is the URL that of a SignalR endpoint?"),
            "{text}"
        );
    }
}

#[tokio::test]
async fn an_error_text_without_end_is_cut() {
    let long: &'static str = "x".repeat(1 << 20).leak();
    let (error, _) = refused(500, long).await;
    match error {
        NegotiateError::Request(RequestError::Status { body, .. }) => {
            assert_eq!(body.len(), 4096);
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn each_transport_that_fails_is_named_and_negotiated_anew() {
    let (url, record) = answering(|asked| {
        if asked.path.starts_with("/chat/negotiate") {
            status(
                200,
                &negotiation(&[
                    "Carrier Pigeon",
                    "WebSockets",
                    "ServerSentEvents",
                    "LongPolling",
                ]),
            )
        } else {
            status(404, "No Connection with that ID")
        }
    })
    .await;
    let link = HubConnection::builder(&format!("{url}/chat?a=1"));
    let link = link.build().expect("valid");
    let error = link.start().await.expect_err("no transport");
    let text = error.to_string();
    let StartError::Connect(ConnectError::NoTransport(failures)) = error else {
        panic!("{text}");
    };
    assert_eq!(failures.len(), 4, "{text}");
    for part in [
        "'Carrier Pigeon' is not known to this client",
        "'WebSockets' failed",
        "'ServerSentEvents' failed",
        "'LongPolling' failed",
        "No Connection with that ID",
        "sticky sessions",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(!text.contains("t%2B"), "the token is a secret: {text}");
    assert_eq!(
        record.methods(),
        ["POST", "GET", "POST", "GET", "POST", "GET"]
    );
    let asked = record.all();
    assert_eq!(asked[0].path, "/chat/negotiate?a=1&negotiateVersion=1");
    assert_eq!(asked[1].path, "/chat?a=1&id=t%2B%2F%3D");
    assert_eq!(asked[1].header("upgrade"), Some("websocket"));
    assert_eq!(asked[3].header("accept"), Some("text/event-stream"));
}
