use axum::routing::post;
use axum::{Json, Router};
use serde_json::Value;
use tokio::net::TcpListener;

use super::program::{Inbox, Program, inbox, soon};

const PROGRAM: &str = env!("CARGO_BIN_EXE_observability");

/// The value of a metric, whose tags have no order.
fn value(page: &str, name: &str, tags: &[&str]) -> Option<f64> {
    page.lines().find_map(|line| {
        let (key, value) = line.rsplit_once(' ')?;
        let (found, found_tags) = key.split_once('{').unwrap_or((key, ""));
        let fits = found == name && tags.iter().all(|tag| found_tags.contains(tag));
        fits.then(|| value.parse().expect("a number"))
    })
}

/// Reads `/metrics` until it says so.
async fn scrape(program: &Program, wanted: impl Fn(&str) -> bool) -> String {
    soon(async {
        loop {
            let page = program.request("GET", "/metrics", "").await;
            if wanted(&page) {
                return page;
            }
        }
    })
    .await
}

#[tokio::test]
async fn prometheus_finds_the_reference_s_names() {
    let program = Program::start(PROGRAM).await;
    let active = |page: &str| {
        let tags = [r#"signalr_transport="web_sockets""#];
        value(page, "signalr_server_active_connections", &tags)
    };
    // Another client beside the program's own.
    let link = program.connect("/weather").await;
    let page = scrape(&program, |page| active(page) == Some(2.0)).await;
    assert!(
        page.contains("# TYPE signalr_server_active_connections gauge"),
        "{page}"
    );
    soon(link.stop()).await;
    let page = scrape(&program, |page| active(page) == Some(1.0)).await;
    let duration = "signalr_server_connection_duration_seconds";
    assert!(
        page.contains(&format!("# TYPE {duration} histogram")),
        "{page}"
    );
    let tags = [
        r#"signalr_transport="web_sockets""#,
        r#"signalr_connection_status="normal_closure""#,
    ];
    assert_eq!(
        value(&page, &format!("{duration}_count"), &tags),
        Some(1.0),
        "{page}"
    );
    for bucket in ["0.01", "0.5", "30", "300", "+Inf"] {
        let bucket = format!("le=\"{bucket}\"");
        let found = value(&page, &format!("{duration}_bucket"), &[&bucket]);
        assert!(found.is_some(), "{bucket}: {page}");
    }
}

/// Takes what programs export, as an OpenTelemetry collector does over HTTP, and gives its spans.
async fn collector() -> (String, Inbox<Value>) {
    let (put, spans) = inbox();
    let take = async move |Json(export): Json<Value>| {
        for resource in list(&export, "resourceSpans") {
            for scope in list(resource, "scopeSpans") {
                list(scope, "spans").iter().cloned().for_each(&put);
            }
        }
        Json(serde_json::json!({}))
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let app = Router::new().route("/v1/traces", post(take));
    tokio::spawn(async move { axum::serve(listener, app).await });
    (format!("http://{address}"), spans)
}

fn list<'v>(value: &'v Value, name: &str) -> &'v [Value] {
    value[name].as_array().map_or(&[], Vec::as_slice)
}

fn tag<'v>(span: &'v Value, name: &str) -> &'v str {
    let found = list(span, "attributes")
        .iter()
        .find(|tag| tag["key"] == name);
    let value = found.map(|tag| &tag["value"]["stringValue"]);
    value.and_then(Value::as_str).unwrap_or_default()
}

#[tokio::test]
async fn a_server_s_spans_descend_from_its_clients() {
    let (collector, mut exported) = collector().await;
    let environment = [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.as_str()),
        ("OTEL_BSP_SCHEDULE_DELAY", "100"),
    ];
    let _program = Program::start_in(PROGRAM, &environment).await;
    let mut spans: Vec<Value> = Vec::new();
    let calls = |spans: &[Value], name: &str| {
        let named = spans.iter().filter(|span| span["name"] == name).cloned();
        named.collect::<Vec<_>>()
    };
    // The third call fails.
    while calls(&spans, "weather/Temperature").len() < 3
        || calls(&spans, "observability::Weather/Temperature").len() < 3
    {
        spans.push(exported.next().await);
    }
    let clients = calls(&spans, "weather/Temperature");
    for server in &calls(&spans, "observability::Weather/Temperature")[..3] {
        let client = clients
            .iter()
            .find(|client| client["spanId"] == server["parentSpanId"])
            .unwrap_or_else(|| panic!("{server} has no parent among {clients:?}"));
        assert_eq!(client["traceId"], server["traceId"]);
        assert_eq!((&client["kind"], &server["kind"]), (&3.into(), &2.into()));
        for (span, service) in [(client, "weather"), (server, "observability::Weather")] {
            assert_eq!(tag(span, "rpc.system"), "signalr");
            assert_eq!(tag(span, "rpc.service"), service);
            assert_eq!(tag(span, "rpc.method"), "Temperature");
        }
        assert_eq!(tag(client, "server.address"), "127.0.0.1");
        assert_eq!(tag(client, "error.type"), tag(server, "error.type"));
    }
    let failed = clients
        .iter()
        .filter(|span| tag(span, "error.type") == "HubException");
    assert_eq!(failed.count(), 1);
    let connected = "observability::Weather/OnConnectedAsync";
    assert_eq!(calls(&spans, connected).len(), 1);
}
