//! Requests that are refused before anything is looked up.

use axum::http::{Method, StatusCode};
use signalr::{EndpointOptions, Principal, SignalR, hub};

use super::web::Web;

struct Quiet;

#[hub]
impl Quiet {
    pub fn echo(&self, text: String) -> String {
        text
    }
}

fn web(options: EndpointOptions) -> Web {
    let server = SignalR::builder()
        .hub::<Quiet>(|_| Ok(Quiet), |_| {})
        .build()
        .expect("complete");
    Web::new(server.map_with::<Quiet>("/quiet", options))
}

async fn negotiated(web: &Web) -> String {
    let offer = web.post("/quiet/negotiate?negotiateVersion=1").answer();
    let offer = offer.await.json();
    offer["connectionToken"].as_str().expect("a token").into()
}

const UPGRADE: [(&str, &str); 4] = [
    ("connection", "Upgrade"),
    ("upgrade", "websocket"),
    ("sec-websocket-version", "13"),
    ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
];

#[tokio::test]
async fn a_page_of_another_origin_gets_nowhere() {
    let web = web(EndpointOptions::default().allowed_origins(["https://app.example"]));
    let token = negotiated(&web).await;
    let connection = format!("/quiet?id={token}");
    for (origin, refused) in [
        ("https://evil.example", true),
        ("null", true),
        ("http://app.example", true),
        ("https://app.example", false),
        ("https://quiet.example", false),
    ] {
        let from = |method: Method, path: &str| {
            web.ask(method, path)
                .header("host", "quiet.example")
                .header("origin", origin)
        };
        let mut upgrade = from(Method::GET, "/quiet");
        for (name, value) in UPGRADE {
            upgrade = upgrade.header(name, value);
        }
        for request in [
            from(Method::POST, "/quiet/negotiate"),
            from(Method::GET, &connection),
            from(Method::GET, &connection).header("accept", "text/event-stream"),
            from(Method::POST, &connection),
            from(Method::DELETE, &connection),
            upgrade,
        ] {
            // Not until its end: an event stream that is let through has none.
            let status = request.begin().await.status();
            assert_eq!(status == StatusCode::FORBIDDEN, refused, "{origin}");
        }
    }
}

#[tokio::test]
async fn a_client_that_is_no_page_has_no_origin() {
    let web = web(EndpointOptions::default().allowed_origins([]));
    negotiated(&web).await;
}

#[tokio::test]
async fn any_origin_will_do_where_none_is_named() {
    let web = web(EndpointOptions::default());
    let negotiate = web.post("/quiet/negotiate");
    let status = negotiate.header("origin", "https://evil.example").status();
    assert_eq!(status.await, StatusCode::OK);
}

#[test]
#[should_panic(expected = "`allowed_origins` holds `https://app.example/chat`, which is no origin")]
fn an_origin_with_a_path_is_a_mistake() {
    web(EndpointOptions::default().allowed_origins(["https://app.example/chat"]));
}

#[tokio::test]
async fn two_authorization_headers_are_refused() {
    let web = web(EndpointOptions::default());
    let connection = format!("/quiet?id={}", negotiated(&web).await);
    let ann = Principal::new("ann");
    for (method, path) in [
        (Method::POST, "/quiet/negotiate"),
        (Method::GET, &*connection),
        (Method::POST, &*connection),
        (Method::DELETE, &*connection),
    ] {
        let answer = web
            .ask(method, path)
            .by(Some(&ann))
            .header("authorization", "Bearer ann")
            .header("authorization", "Bearer bob")
            .answer()
            .await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        assert_eq!(answer.text(), "Only one Authorization header is allowed");
    }
    let once = web.post(&connection).header("authorization", "Bearer ann");
    assert_eq!(once.body("").status().await, StatusCode::OK);
}
