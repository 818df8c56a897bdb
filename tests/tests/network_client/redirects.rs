//! Negotiation that sends the client elsewhere.

use signalr::HubConnection;
use signalr::client::{ConnectError, NegotiateError, StartError};

use crate::server::{answering, hub, status};

#[tokio::test]
async fn the_client_goes_where_it_is_sent_with_the_token_it_is_given() {
    let hub = hub().await;
    let (url, record) = answering(move |_| {
        status(
            200,
            &format!(r#"{{"url":"{hub}/authorized?x=1","accessToken":"given"}}"#),
        )
    })
    .await;
    let link = HubConnection::builder(&url)
        .access_token_provider(|| async { "own" })
        .build()
        .expect("valid");
    link.start().await.expect("the second server takes it");
    let user: String = link.invoke("UserIdentifier", ()).await.expect("a user");
    assert_eq!(user, "given");
    let query: String = link.invoke("Query", ("x",)).await.expect("the query");
    assert_eq!(query, "1");
    link.stop().await;
    let asked = record.all();
    assert_eq!(asked.len(), 1);
    assert_eq!(asked[0].header("authorization"), Some("Bearer own"));

    // The next start begins at the first server, with the client's own token.
    link.start().await.expect("again");
    link.stop().await;
    let asked = record.all();
    assert_eq!(asked[1].header("authorization"), Some("Bearer own"));
}

#[tokio::test]
async fn a_redirection_without_a_token_keeps_the_clients_own() {
    let hub = hub().await;
    let (url, _) =
        answering(move |_| status(200, &format!(r#"{{"url":"{hub}/authorized"}}"#))).await;
    let link = HubConnection::builder(&url)
        .access_token_provider(|| async { "own" })
        .build()
        .expect("valid");
    link.start().await.expect("the second server takes it");
    let user: String = link.invoke("UserIdentifier", ()).await.expect("a user");
    assert_eq!(user, "own");
    link.stop().await;
}

#[tokio::test]
async fn a_circle_ends_after_a_hundred_rounds() {
    let (url, record) = answering(|_| status(200, r#"{"url":"/again"}"#)).await;
    let link = HubConnection::builder(&url).build().expect("valid");
    let error = link.start().await.expect_err("a circle");
    assert!(
        matches!(
            error,
            StartError::Connect(ConnectError::Negotiate(NegotiateError::TooManyRedirects))
        ),
        "{error:?}"
    );
    assert_eq!(record.all().len(), 100);
    assert_eq!(record.all()[1].path, "/again/negotiate?negotiateVersion=1");
}
