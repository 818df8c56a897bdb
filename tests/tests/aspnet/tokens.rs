//! Access tokens.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use signalr::client::{ConnectError, NegotiateError, RequestError, StartError};
use signalr::transport::TransportKind;

use crate::place::{everywhere, start};

#[tokio::test]
async fn the_token_says_who_calls() {
    everywhere(async |at| {
        let builder = at.builder("/authorized");
        let link = start(builder.access_token_provider(|| async { "ann/admin" })).await;
        let user: Option<String> = link.invoke("UserIdentifier", ()).await.expect("text");
        assert_eq!(user.as_deref(), Some("ann"));
        let admin: String = link.invoke("OnlyAdmins", ()).await.expect("an admin");
        assert_eq!(admin, "admin");
        link.stop().await;
    })
    .await;
}

#[tokio::test]
async fn without_a_token_the_error_says_what_is_missing() {
    everywhere(async |at| {
        let link = at.builder("/authorized").build().expect("valid");
        let error = link.start().await.expect_err("nobody is let in");
        assert!(
            matches!(
                error,
                StartError::Connect(ConnectError::Negotiate(NegotiateError::Request(
                    RequestError::Status { status: 401, .. }
                )))
            ),
            "{error:?}"
        );
        let text = error.to_string();
        assert!(text.contains("access_token_provider"), "{text}");
    })
    .await;
}

#[tokio::test]
async fn the_provider_is_asked_for_negotiation_and_for_the_web_socket() {
    everywhere(async |at| {
        let asked = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&asked);
        let provider = move || {
            let number = counted.fetch_add(1, Ordering::SeqCst);
            async move { Ok::<_, std::io::Error>(format!("user{number}")) }
        };
        let builder = at.builder("/authorized").access_token_provider(provider);
        let link = start(builder).await;
        let times = match at.transport {
            TransportKind::WebSockets => 2,
            _ => 1,
        };
        assert_eq!(asked.load(Ordering::SeqCst), times);
        link.invoke::<i32>("Add", (1, 2)).await.expect("a sum");
        assert_eq!(asked.load(Ordering::SeqCst), times);
        link.stop().await;
        link.start().await.expect("let in again");
        assert_eq!(asked.load(Ordering::SeqCst), 2 * times);
        link.stop().await;
    })
    .await;
}

#[tokio::test]
async fn a_provider_that_fails_fails_the_start() {
    everywhere(async |at| {
        let provider = || async { Err::<String, _>("the vault is shut") };
        let builder = at.builder("/authorized").access_token_provider(provider);
        let link = builder.build().expect("valid");
        let error = link.start().await.expect_err("there is no token");
        assert!(error.to_string().contains("the vault is shut"), "{error}");
    })
    .await;
}
