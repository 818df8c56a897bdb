//! A user who proves anew who it is, on a connection that lives.

use std::sync::Arc;

use axum::http::{Method, StatusCode};
use serde_json::json;
use signalr::{EndpointOptions, Principal};
use tokio::sync::Notify;

use super::account::{Poller, former, serve, user};
use super::web::Answer;

fn refreshing() -> EndpointOptions {
    EndpointOptions::default().enable_authentication_refresh(true)
}

fn is_error(answer: &Answer, status: StatusCode, error: &str) {
    assert_eq!(answer.status, status);
    assert_eq!(answer.json(), json!({ "error": error }));
}

#[tokio::test(start_paused = true)]
async fn a_refreshed_user_has_its_new_rights_at_once() {
    let (web, mut seen) = serve(refreshing());
    let (ann, admin) = (user("ann", "member"), user("ann", "admin"));
    let mut client = Poller::connect(&web, Some(&ann)).await;
    let refused = client.call(Some(&ann), "Secret").await;
    assert!(
        refused["error"]
            .as_str()
            .is_some_and(|text| text.contains("unauthorized"))
    );

    let answer = client.refresh(Some(&admin)).await;
    assert_eq!(answer.status, StatusCode::OK);
    let lifetime = answer.json()["tokenLifetimeSeconds"].as_u64();
    assert!(matches!(lifetime, Some(3590..=3600)), "{lifetime:?}");
    assert_eq!(seen.recv().await.as_deref(), Some("refreshed: admin"));
    assert_eq!(client.next(Some(&admin)).await["target"], "Refreshed");
    assert_eq!(client.call(Some(&admin), "Secret").await["result"], 42);

    let answer = client.refresh(Some(&Principal::new("ann"))).await;
    assert_eq!(answer.json(), json!({}));
    let refused = client.call(Some(&Principal::new("ann")), "Secret").await;
    assert!(refused["error"].is_string());
}

#[tokio::test(start_paused = true)]
async fn a_refresh_keeps_a_connection_from_expiring() {
    let (web, mut seen) = serve(refreshing().close_on_authentication_expiration(true));
    let ann = user("ann", "member");
    let mut client = Poller::connect(&web, Some(&ann)).await;
    client.refresh(Some(&former("ann"))).await;
    assert_eq!(seen.recv().await.as_deref(), Some("refreshed: former"));
    let answer = client.refresh(Some(&ann)).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(seen.recv().await.as_deref(), Some("refreshed: member"));
    assert_eq!(client.next(Some(&ann)).await["target"], "Refreshed");
    assert_eq!(client.call(Some(&ann), "Roles").await["result"], "member");
}

#[tokio::test(start_paused = true)]
async fn every_outcome_has_its_status_and_text() {
    let (web, _seen) = serve(refreshing());
    let ann = user("ann", "member");
    let client = Poller::connect(&web, Some(&ann)).await;

    let path = format!("/account/refresh?id={}", client.token);
    for method in [Method::GET, Method::PUT, Method::DELETE] {
        let answer = web.ask(method, &path).by(Some(&ann)).answer().await;
        assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
        assert_eq!(answer.text(), "");
    }
    let refresh = |query: &str| {
        let asking = web.post(&format!("/account/refresh{query}"));
        asking.by(Some(&ann)).answer()
    };
    for query in ["", "?id="] {
        is_error(
            &refresh(query).await,
            StatusCode::BAD_REQUEST,
            "missing_connection_token",
        );
    }
    is_error(
        &refresh("?id=unknown").await,
        StatusCode::NOT_FOUND,
        "connection_not_found",
    );
    let offer = web.post("/account/negotiate").by(Some(&ann)).answer();
    let id = offer.await.json()["connectionId"].clone();
    is_error(
        &refresh(&format!("?id={}", id.as_str().expect("an id"))).await,
        StatusCode::BAD_REQUEST,
        "unsupported_negotiate_version",
    );
    is_error(
        &client.refresh(None).await,
        StatusCode::UNAUTHORIZED,
        "invalid_token",
    );
    is_error(
        &client.refresh(Some(&user("bob", "admin"))).await,
        StatusCode::FORBIDDEN,
        "permission_change_rejected",
    );
}

#[tokio::test(start_paused = true)]
async fn an_endpoint_that_does_not_offer_it_has_no_such_path() {
    let (web, _seen) = serve(EndpointOptions::default());
    let ann = user("ann", "member");
    let client = Poller::connect(&web, Some(&ann)).await;
    let answer = client.refresh(Some(&ann)).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn negotiation_says_how_long_a_token_lasts() {
    let negotiate = async |options, principal: &Principal| {
        let (web, _seen) = serve(options);
        let asking = web.post("/account/negotiate?negotiateVersion=1");
        let offer = asking.by(Some(principal)).answer().await.json();
        offer["tokenLifetimeSeconds"].as_u64()
    };
    let ann = user("ann", "member");
    let lifetime = negotiate(refreshing(), &ann).await;
    assert!(matches!(lifetime, Some(3590..=3600)), "{lifetime:?}");
    assert_eq!(negotiate(EndpointOptions::default(), &ann).await, None);
    assert_eq!(negotiate(refreshing(), &Principal::new("ann")).await, None);
    assert_eq!(negotiate(refreshing(), &former("ann")).await, None);
}

#[tokio::test(start_paused = true)]
async fn the_application_has_the_last_word() {
    let options = refreshing().on_authentication_refresh(async |refresh| {
        assert!(!refresh.principal.has_role("broken"), "on purpose");
        assert_eq!(refresh.previous.expect("ann").id(), Some("ann"));
        assert_eq!(refresh.request.uri().path(), "/account/refresh");
        !refresh.principal.has_role("admin")
    });
    let (web, _seen) = serve(options);
    let ann = user("ann", "member");
    let mut client = Poller::connect(&web, Some(&ann)).await;
    is_error(
        &client.refresh(Some(&user("ann", "admin"))).await,
        StatusCode::FORBIDDEN,
        "permission_change_rejected",
    );
    let broken = client.refresh(Some(&user("ann", "broken"))).await;
    assert_eq!(broken.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(client.call(Some(&ann), "Roles").await["result"], "member");
    let guest = client.refresh(Some(&user("ann", "guest"))).await;
    assert_eq!(guest.status, StatusCode::OK);
}

#[tokio::test(start_paused = true)]
async fn an_older_result_does_not_replace_a_newer_one() {
    let go = Arc::new(Notify::new());
    let gate = Arc::clone(&go);
    let options = refreshing().on_authentication_refresh(move |refresh| {
        let gate = Arc::clone(&gate);
        async move {
            if refresh.principal.has_role("older") {
                gate.notified().await;
            }
            true
        }
    });
    let (web, mut seen) = serve(options);
    let client = Poller::connect(&web, Some(&user("ann", "member"))).await;
    let (older, newer) = (user("ann", "older"), user("ann", "newer"));
    let refreshing_older = client.refresh(Some(&older));
    let refreshing_newer = async {
        assert_eq!(client.refresh(Some(&newer)).await.status, StatusCode::OK);
        assert_eq!(seen.recv().await.as_deref(), Some("refreshed: newer"));
        go.notify_one();
    };
    let (answer, ()) = tokio::join!(biased; refreshing_older, refreshing_newer);
    assert_eq!(answer.status, StatusCode::OK);
    let mut client = client;
    let newer = Some(&newer);
    assert_eq!(client.call(newer, "Roles").await["result"], "newer");
}

#[tokio::test(start_paused = true)]
async fn a_refresh_that_its_connection_does_not_live_to_see_is_refused() {
    let go = Arc::new(Notify::new());
    let gate = Arc::clone(&go);
    let options = refreshing().on_authentication_refresh(move |_| {
        let gate = Arc::clone(&gate);
        async move {
            gate.notified().await;
            true
        }
    });
    let (web, mut seen) = serve(options);
    let ann = user("ann", "member");
    let client = Poller::connect(&web, Some(&ann)).await;
    let leaving = async {
        let path = format!("/account?id={}", client.token);
        let left = web.ask(Method::DELETE, &path).status().await;
        assert_eq!(left, StatusCode::ACCEPTED);
        assert_eq!(seen.recv().await.as_deref(), Some("left"));
        go.notify_one();
    };
    let (answer, ()) = tokio::join!(biased; client.refresh(Some(&ann)), leaving);
    is_error(&answer, StatusCode::NOT_FOUND, "connection_not_found");
}

#[tokio::test(start_paused = true)]
async fn a_poll_of_a_changed_user_is_a_refresh() {
    let options =
        refreshing().on_authentication_refresh(async |refresh| !refresh.principal.has_role("spy"));
    let (web, mut seen) = serve(options);
    let ann = user("ann", "member");
    let mut client = Poller::connect(&web, Some(&ann)).await;
    let admin = user("ann", "admin");
    client.call(Some(&admin), "Roles").await;
    assert_eq!(seen.recv().await.as_deref(), Some("refreshed: admin"));
    assert_eq!(client.call(Some(&admin), "Secret").await["result"], 42);

    for other in [Some(user("ann", "spy")), Some(user("bob", "admin")), None] {
        let client = Poller::connect(&web, Some(&ann)).await;
        is_error(
            &client.poll(other.as_ref()).await,
            StatusCode::FORBIDDEN,
            "permission_change_rejected",
        );
        assert_eq!(seen.recv().await.as_deref(), Some("left"));
        let gone = client.poll(Some(&ann)).await;
        assert_eq!(gone.status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test(start_paused = true)]
async fn without_refresh_a_connection_keeps_the_user_it_began_with() {
    let (web, _seen) = serve(EndpointOptions::default());
    let mut client = Poller::connect(&web, Some(&user("ann", "member"))).await;
    for other in [Some(user("ann", "admin")), Some(user("bob", "admin")), None] {
        let answer = client.call(other.as_ref(), "Roles").await;
        assert_eq!(answer["result"], "member");
    }
}
