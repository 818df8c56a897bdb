//! Which request carries which token.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use signalr::HubConnection;
use signalr::client::HttpConnector;
use signalr::{HubConnectionBuilder, Transports};

use crate::server::{Record, answering, negotiation, status};

/// Gives `token0`, `token1` and so on.
fn counting(builder: HubConnectionBuilder<HttpConnector>) -> HubConnectionBuilder<HttpConnector> {
    let count = Arc::new(AtomicUsize::new(0));
    builder.access_token_provider(move || {
        let number = count.fetch_add(1, Ordering::SeqCst);
        async move { format!("token{number}") }
    })
}

fn tokens(record: &Record) -> Vec<String> {
    let all = record.all();
    let tokens = all.iter().map(|asked| asked.header("authorization"));
    tokens
        .map(|token| {
            token
                .unwrap_or("none")
                .trim_start_matches("Bearer ")
                .to_owned()
        })
        .collect()
}

#[tokio::test]
async fn a_request_that_is_answered_401_is_sent_once_more_with_a_fresh_token() {
    let (url, record) = answering(|asked| {
        if asked.path.contains("negotiate") {
            status(200, &negotiation(&["LongPolling"]))
        } else {
            status(401, "")
        }
    })
    .await;
    let link = counting(HubConnection::builder(&url))
        .build()
        .expect("valid");
    let error = link.start().await.expect_err("never let in");
    assert!(error.to_string().contains("401"), "{error}");
    assert_eq!(record.methods(), ["POST", "GET", "GET"]);
    assert_eq!(tokens(&record), ["token0", "token0", "token1"]);
}

#[tokio::test]
async fn negotiation_and_web_sockets_have_fresh_tokens_and_are_not_sent_again() {
    let (url, record) = answering(|asked| {
        if asked.path.contains("negotiate") {
            status(200, &negotiation(&["WebSockets"]))
        } else {
            status(401, "")
        }
    })
    .await;
    let link = counting(HubConnection::builder(&url))
        .build()
        .expect("valid");
    link.start().await.expect_err("never let in");
    assert_eq!(tokens(&record), ["token0", "token1"]);
    link.start().await.expect_err("never let in");
    assert_eq!(tokens(&record)[2..], ["token2", "token3"]);
}

#[tokio::test]
async fn an_empty_token_is_none() {
    let (url, record) = answering(|_| status(404, "")).await;
    for (empty, provider) in [("text", Some("")), ("nothing", None)] {
        let link = HubConnection::builder(&url)
            .transports(Transports::ALL)
            .access_token_provider(move || async move { provider })
            .build()
            .expect("valid");
        link.start().await.expect_err("no hub");
        assert_eq!(
            record.all().last().expect("asked").header("authorization"),
            None,
            "{empty}"
        );
    }
}
