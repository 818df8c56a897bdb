//! Servers that are not there.

use std::net::Ipv4Addr;
use std::time::Duration;

use signalr::HubConnection;
use signalr::client::{ConnectError, NegotiateError, RequestError, StartError};
use tokio::net::TcpListener;

fn cause(error: StartError) -> RequestError {
    match error {
        StartError::Connect(ConnectError::Negotiate(NegotiateError::Request(cause))) => cause,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_server_that_is_not_there_is_unreachable() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .await
        .expect("a free port");
    let address = listener.local_addr().expect("bound");
    drop(listener);
    let link = HubConnection::builder(&format!("http://{address}"));
    let link = link.build().expect("valid");
    let error = link.start().await.expect_err("nobody listens");
    assert!(error.to_string().contains("refused"), "{error}");
    assert!(matches!(cause(error), RequestError::Unreachable(_)));
}

#[tokio::test]
async fn a_server_that_does_not_answer_is_given_up() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .await
        .expect("a free port");
    let address = listener.local_addr().expect("bound");
    let builder = HubConnection::builder(&format!("http://{address}"));
    let link = builder.request_timeout(Duration::from_millis(50));
    let link = link.build().expect("valid");
    let error = link.start().await.expect_err("nobody answers");
    assert!(matches!(cause(error), RequestError::TimedOut(_)));
    drop(listener);
}

#[test]
fn settings_that_make_no_sense_are_refused() {
    let url = "http://localhost/chat";
    for (builder, part) in [
        (HubConnection::builder("chat"), "should look like"),
        (HubConnection::builder("ftp://host/chat"), "scheme"),
        (
            HubConnection::builder(url).skip_negotiation(true),
            "Transports::WEB_SOCKETS",
        ),
        (HubConnection::builder(url).header("a b", "c"), "'a b'"),
        (
            HubConnection::builder(url).add_root_certificate("nonsense"),
            "PEM or DER",
        ),
        (
            HubConnection::builder(url).request_timeout(Duration::ZERO),
            "request_timeout",
        ),
    ] {
        let error = builder.build().expect_err(part);
        assert!(error.to_string().contains(part), "{error}");
    }
}
