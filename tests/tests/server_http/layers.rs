//! A hub's routes among everything else that an axum application is made of.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::error_handling::HandleErrorLayer;
use axum::extract::{FromRef, State};
use axum::http::{HeaderName, Method, StatusCode};
use axum::routing::post;
use axum::{BoxError, Router};
use futures_util::StreamExt;
use serde_json::json;
use signalr::HubContext;
use tower::ServiceBuilder;
use tower_http::compression::CompressionLayer;
use tower_http::cors::CorsLayer;
use tower_http::trace::TraceLayer;

use super::account::{Account, Poller, server};
use super::web::{Answer, Web};

const PAGE: &str = "https://app.example";

/// What the official client needs from a page of another origin.
fn cors() -> CorsLayer {
    let headers = [
        "authorization",
        "content-type",
        "x-requested-with",
        "x-signalr-user-agent",
    ];
    CorsLayer::new()
        .allow_origin([PAGE.parse().expect("an origin")])
        .allow_methods([Method::GET, Method::POST, Method::DELETE])
        .allow_headers(headers.map(HeaderName::from_static))
        .allow_credentials(true)
}

fn routes() -> Router {
    server().0.map::<Account>("/account").into()
}

fn header<'a>(answer: &'a Answer, name: &str) -> Option<&'a str> {
    answer.headers.get(name)?.to_str().ok()
}

#[tokio::test]
async fn a_cors_layer_answers_preflights_and_marks_every_answer() {
    let web = Web::new(routes().layer(cors()));
    for (method, path) in [
        ("POST", "/account/negotiate?negotiateVersion=1"),
        ("GET", "/account?id=1"),
        ("DELETE", "/account?id=1"),
    ] {
        let preflight = web
            .ask(Method::OPTIONS, path)
            .header("origin", PAGE)
            .header("access-control-request-method", method)
            .header(
                "access-control-request-headers",
                "authorization,x-requested-with,x-signalr-user-agent",
            )
            .answer()
            .await;
        assert!(preflight.status.is_success(), "{path}");
        let allow = |what| header(&preflight, what).unwrap_or_default();
        assert_eq!(allow("access-control-allow-origin"), PAGE);
        assert_eq!(allow("access-control-allow-credentials"), "true");
        assert!(allow("access-control-allow-methods").contains(method));
        assert!(allow("access-control-allow-headers").contains("x-signalr-user-agent"));
    }
    for (path, status) in [
        ("/account/negotiate", StatusCode::OK),
        ("/account?id=unknown", StatusCode::NOT_FOUND),
        ("/account", StatusCode::BAD_REQUEST),
    ] {
        let answer = web.post(path).header("origin", PAGE).answer().await;
        assert_eq!(answer.status, status);
        let origin = header(&answer, "access-control-allow-origin");
        assert_eq!(origin, Some(PAGE), "{path}");
        let credentials = header(&answer, "access-control-allow-credentials");
        assert_eq!(credentials, Some("true"), "{path}");
    }
}

#[tokio::test]
async fn compression_does_not_hold_back_events() {
    let web = Web::new(routes().layer(CompressionLayer::new()));
    let negotiating = web.post("/account/negotiate?negotiateVersion=1");
    let offer = negotiating.header("accept-encoding", "gzip").answer().await;
    assert_eq!(header(&offer, "content-encoding"), Some("gzip"));

    let offer = web.post("/account/negotiate?negotiateVersion=1").answer();
    let offer = offer.await.json();
    let token = offer["connectionToken"].as_str().expect("a token");
    let path = format!("/account?id={token}");
    let listen = web
        .get(&path)
        .header("accept", "text/event-stream")
        .header("accept-encoding", "gzip");
    let answer = listen.begin().await;
    assert_eq!(answer.headers()["content-encoding"], "identity");
    let mut events = answer.into_body().into_data_stream();
    let mut next = async || events.next().await.expect("open").expect("whole");
    assert_eq!(next().await, ":\r\n");
    for (message, event) in [
        (
            json!({"protocol": "json", "version": 1}),
            "data: {}\u{1e}\r\n\r\n",
        ),
        (
            json!({"type": 1, "invocationId": "1", "target": "Roles", "arguments": []}),
            "data: {\"type\":3,\"invocationId\":\"1\",\"result\":\"nobody\"}\u{1e}\r\n\r\n",
        ),
    ] {
        let send = web.post(&path).body(format!("{message}\u{1e}"));
        assert_eq!(send.status().await, StatusCode::OK);
        assert_eq!(next().await, event);
    }
}

#[tokio::test(start_paused = true)]
async fn a_trace_layer_sees_each_request() {
    let requests = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&requests);
    let trace = TraceLayer::new_for_http().on_request(move |_: &_, _: &_| {
        count.fetch_add(1, Ordering::Relaxed);
    });
    let web = Web::new(routes().layer(trace));
    let mut client = Poller::connect(&web, None).await;
    assert_eq!(client.call(None, "Roles").await["result"], "nobody");
    assert_eq!(requests.load(Ordering::Relaxed), 6);
}

#[tokio::test(start_paused = true)]
async fn a_rate_limit_holds_for_negotiations() {
    let limit = ServiceBuilder::new()
        .layer(HandleErrorLayer::new(async |_: BoxError| {
            StatusCode::TOO_MANY_REQUESTS
        }))
        .buffer(16)
        .load_shed()
        .rate_limit(2, Duration::from_secs(60));
    let web = Web::new(routes().layer(limit));
    let negotiate = || web.post("/account/negotiate").status();
    assert_eq!(negotiate().await, StatusCode::OK);
    assert_eq!(negotiate().await, StatusCode::OK);
    assert_eq!(negotiate().await, StatusCode::TOO_MANY_REQUESTS);
    tokio::time::sleep(Duration::from_secs(61)).await;
    assert_eq!(negotiate().await, StatusCode::OK);
}

#[tokio::test(start_paused = true)]
async fn a_hub_works_under_any_prefix() {
    let (server, _seen) = server();
    let hub = || server.map::<Account>("/account").into_router();
    let application = Router::new()
        .nest("/api/v1", hub())
        .nest("/tenants/{tenant}", hub());
    let web = Web::new(application);
    for path in ["/api/v1/account", "/tenants/acme/account"] {
        let mut client = Poller::connect_at(&web, path, None).await;
        let answer = client.call(None, "Roles").await;
        assert_eq!(answer["result"], "nobody", "{path}");
    }
}

#[derive(Clone)]
struct Application {
    clients: HubContext<Account>,
    greeting: &'static str,
}

impl FromRef<Application> for HubContext<Account> {
    fn from_ref(application: &Application) -> Self {
        application.clients.clone()
    }
}

#[tokio::test(start_paused = true)]
async fn a_hub_stands_beside_routes_with_state() {
    let (server, _seen) = server();
    let greet = async |State(clients): State<HubContext<Account>>,
                       State(application): State<Application>| {
        let sent = clients
            .clients()
            .all()
            .send("Greet", (application.greeting,));
        sent.await.map_or(StatusCode::INTERNAL_SERVER_ERROR, |()| {
            StatusCode::NO_CONTENT
        })
    };
    let application = Router::<Application>::new()
        .route("/greet", post(greet))
        .merge(server.map::<Account>("/account"))
        .with_state(Application {
            clients: server.context(),
            greeting: "hello",
        });
    let web = Web::new(application);
    let mut client = Poller::connect(&web, None).await;
    assert_eq!(web.post("/greet").status().await, StatusCode::NO_CONTENT);
    let greeting = client.next(None).await;
    assert_eq!(greeting["target"], "Greet");
    assert_eq!(greeting["arguments"], json!(["hello"]));
}
