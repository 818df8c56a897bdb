//! What is counted and measured, and under which names.

use std::collections::HashMap;
use std::time::Duration;

use axum::http::{Method, StatusCode};
use metrics_util::debugging::{DebugValue, DebuggingRecorder, Snapshotter};
use serde_json::json;
use signalr::server::DrainOptions;
use signalr::server::metrics::{ACTIVE_CONNECTIONS, MESSAGES_DROPPED, QUEUE_FULL};
use signalr::{CallerContext, EndpointOptions, SendError, SignalR, hub};

use super::account::{Account, Poller, server};
use super::web::Web;

/// All that was measured so far, each with its tags.
struct Meter {
    snapshots: Snapshotter,
    seen: HashMap<String, f64>,
}

/// Measures on this thread while the guard lives.
macro_rules! measuring {
    ($meter:ident) => {
        let recorder = DebuggingRecorder::new();
        let mut $meter = Meter {
            snapshots: recorder.snapshotter(),
            seen: HashMap::new(),
        };
        let _guard = metrics::set_default_local_recorder(&recorder);
    };
}

impl Meter {
    fn read(&mut self) {
        for (key, _, _, value) in self.snapshots.snapshot().into_vec() {
            let key = key.key();
            let mut tags: Vec<_> = key
                .labels()
                .map(|label| format!("{}={}", label.key(), label.value()))
                .collect();
            tags.sort();
            let name = format!("{} {}", key.name(), tags.join(","));
            match value {
                DebugValue::Counter(more) => *self.seen.entry(name).or_default() += more as f64,
                DebugValue::Gauge(value) => {
                    self.seen.insert(name, value.into_inner());
                }
                DebugValue::Histogram(values) => {
                    for value in values {
                        self.seen.insert(name.clone(), value.into_inner());
                    }
                }
            }
        }
    }

    fn value(&mut self, name: &str) -> Option<f64> {
        self.read();
        self.seen.get(name).copied()
    }

    /// Waits until something is measured.
    async fn until(&mut self, name: &str, wanted: impl Fn(f64) -> bool) -> f64 {
        loop {
            match self.value(name) {
                Some(value) if wanted(value) => return value,
                _ => tokio::time::sleep(Duration::from_millis(100)).await,
            }
        }
    }
}

const ACTIVE: &str = "signalr.server.active_connections signalr.transport=long_polling";

fn duration(status: &str) -> String {
    format!(
        "signalr.server.connection.duration signalr.connection.status={status},signalr.transport=long_polling"
    )
}

#[tokio::test(start_paused = true)]
async fn connections_are_counted_while_they_last() {
    measuring!(meter);
    assert!(ACTIVE.starts_with(ACTIVE_CONNECTIONS));
    let (server, _seen) = server();
    let web = Web::new(server.map::<Account>("/account"));
    web.post("/account/negotiate").status().await;
    assert_eq!(meter.value(ACTIVE), None);

    let client = Poller::connect(&web, None).await;
    let other = Poller::connect(&web, None).await;
    assert_eq!(meter.value(ACTIVE), Some(2.0));
    let path = format!("/account?id={}", client.token);
    let delete = web.ask(Method::DELETE, &path);
    let (last, deleted) = tokio::join!(client.poll(None), delete.status());
    assert_eq!(
        (last.status, deleted),
        (StatusCode::OK, StatusCode::ACCEPTED)
    );
    let lasted = meter.until(&duration("normal_closure"), |_| true).await;
    assert!(lasted < 10.0, "{lasted}");

    // The other one polls no more.
    drop(other);
    let lasted = meter.until(&duration("timeout"), |_| true).await;
    assert!((15.0..20.0).contains(&lasted), "{lasted}");
    assert_eq!(meter.value(ACTIVE), Some(0.0));
}

#[tokio::test(start_paused = true)]
async fn connections_that_a_shutdown_ends_are_told_apart() {
    measuring!(meter);
    let (server, _seen) = server();
    let web = Web::new(server.map::<Account>("/account"));
    let mut client = Poller::connect(&web, None).await;
    let draining = server.drain(DrainOptions::default());
    let polling = client.next(None);
    let ((), close) = tokio::join!(draining, polling);
    assert_eq!(close["type"], 7);
    meter.until(&duration("app_shutdown"), |_| true).await;
    assert_eq!(meter.value(&duration("normal_closure")), None);
}

#[tokio::test(start_paused = true)]
async fn messages_that_lead_nowhere_are_counted() {
    measuring!(meter);
    let (server, _seen) = server();
    let web = Web::new(server.map::<Account>("/account"));
    let mut client = Poller::connect(&web, None).await;
    for message in [
        json!({"type": 99}),
        json!({"type": 2, "invocationId": "7", "item": 1}),
        json!({"type": 3, "invocationId": "7", "result": 1}),
    ] {
        client.send(None, &message).await;
    }
    client.call(None, "Roles").await;
    for reason in ["unknown_type", "unknown_stream", "unknown_invocation"] {
        let name = format!("{MESSAGES_DROPPED} reason={reason}");
        assert_eq!(meter.value(&name), Some(1.0), "{reason}");
    }
}

struct Loud;

#[hub]
impl Loud {
    pub async fn shout(&self, cx: &CallerContext<Self>) -> Result<(), SendError> {
        for _ in 0..8 {
            let text = "x".repeat(100);
            cx.clients().caller().send("Hear", (text,)).await?;
        }
        Ok(())
    }
}

#[tokio::test(start_paused = true)]
async fn sends_that_find_a_queue_full_are_counted() {
    measuring!(meter);
    let server = SignalR::builder()
        .hub::<Loud>(|_| Ok(Loud), |_| {})
        .build()
        .expect("complete");
    let options = EndpointOptions::default().transport_max_buffer_size(256);
    let web = Web::new(server.map_with::<Loud>("/account", options));
    let mut client = Poller::connect(&web, None).await;
    client.call(None, "Shout").await;
    let full = meter.value(&format!("{QUEUE_FULL} "));
    assert!(full.is_some_and(|times| times >= 1.0), "{full:?}");
}
