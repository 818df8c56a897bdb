//! Headers and cookies.

use axum::body::Body;
use axum::response::Response;
use signalr::HubConnection;

use crate::server::{answering, negotiation, status};

#[tokio::test]
async fn every_request_carries_what_was_given_and_who_asks() {
    let (url, record) = answering(|asked| {
        if asked.path.contains("negotiate") {
            Response::builder()
                .header("set-cookie", "route=7; Path=/")
                .body(Body::from(negotiation(&[
                    "WebSockets",
                    "ServerSentEvents",
                    "LongPolling",
                ])))
                .expect("a response")
        } else {
            status(404, "")
        }
    })
    .await;
    let link = HubConnection::builder(&format!("{url}/chat"))
        .header("x-tenant", "blue")
        .cookie("session=abc")
        .build()
        .expect("valid");
    link.start().await.expect_err("no transport");
    let asked = record.all();
    assert_eq!(asked.len(), 6);
    for (at, request) in asked.iter().enumerate() {
        assert_eq!(request.header("x-tenant"), Some("blue"));
        assert_eq!(request.header("x-requested-with"), Some("XMLHttpRequest"));
        let agent = request.header("user-agent").expect("an agent");
        assert!(agent.starts_with("signalr-rust/0."), "{agent}");
        assert!(
            agent.ends_with("; Rust; Unknown Runtime Version)"),
            "{agent}"
        );
        let cookies = request.header("cookie").expect("cookies");
        assert!(cookies.contains("session=abc"), "{cookies}");
        assert_eq!(cookies.contains("route=7"), at > 0, "{cookies}");
    }
}

#[tokio::test]
async fn the_user_agent_can_be_replaced() {
    let (url, record) = answering(|_| status(404, "")).await;
    let link = HubConnection::builder(&url).header("User-Agent", "my program");
    let link = link.build().expect("valid");
    link.start().await.expect_err("no hub");
    assert_eq!(record.all()[0].header("user-agent"), Some("my program"));
}
