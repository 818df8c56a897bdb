//! What the client counts and measures, and under which names.

use std::collections::HashMap;
use std::time::Duration;

use metrics_util::debugging::{DebugValue, DebuggingRecorder, Snapshotter};
use signalr::client::metrics::{
    ACTIVE_CONNECTIONS, CALL_DURATION, CONNECTION_DURATION, MESSAGES_DROPPED,
};
use signalr::{HubConnection, Transports};

use crate::server::hub;

/// All that was measured so far: how often, or how many, under name and tags.
struct Meter {
    snapshots: Snapshotter,
    seen: HashMap<String, f64>,
}

impl Meter {
    fn value(&mut self, name: &str) -> Option<f64> {
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
                    *self.seen.entry(name).or_default() += values.len() as f64;
                }
            }
        }
        self.seen.get(name).copied()
    }

    async fn until(&mut self, name: &str, wanted: f64) {
        while self.value(name) != Some(wanted) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

#[tokio::test]
async fn connections_and_calls_are_measured() {
    let recorder = DebuggingRecorder::new();
    let mut meter = Meter {
        snapshots: recorder.snapshotter(),
        seen: HashMap::new(),
    };
    let _guard = metrics::set_default_local_recorder(&recorder);
    let hub = hub().await;
    let connect = async |path: &str| {
        let link = HubConnection::builder(&format!("{hub}{path}"))
            .transports(Transports::WEB_SOCKETS)
            .build()
            .expect("valid");
        link.start().await.expect("connected");
        link
    };
    let active = format!("{ACTIVE_CONNECTIONS} signalr.transport=web_sockets");
    let link = connect("/hub").await;
    meter.until(&active, 1.0).await;
    link.invoke::<i32>("Add", (1, 2)).await.expect("a sum");
    link.invoke::<()>("ThrowHub", ("no",))
        .await
        .expect_err("no");
    // Nobody listens.
    link.invoke::<()>("SendCaller", ("x",)).await.expect("sent");
    drop(link.stream::<i32>("CounterDelayed", (100, 1)).await);
    link.stop().await;
    link.invoke::<i32>("Add", (1, 2))
        .await
        .expect_err("too late");
    meter.until(&active, 0.0).await;

    // It says why it closes.
    let refused = connect("/hub?refuse=hub").await;
    let ended = format!(
        "{CONNECTION_DURATION} signalr.connection.status=server_error,signalr.transport=web_sockets"
    );
    meter.until(&ended, 1.0).await;
    drop(refused);

    let ended = ended.replace("server_error", "normal_closure");
    assert_eq!(meter.value(&ended), Some(1.0));
    let no_handler = format!("{MESSAGES_DROPPED} reason=no_handler");
    assert_eq!(meter.value(&no_handler), Some(1.0));
    for (status, calls) in [("ok", 2.0), ("hub_error", 1.0), ("closed", 1.0)] {
        let name = format!("{CALL_DURATION} signalr.call.status={status}");
        assert_eq!(meter.value(&name), Some(calls), "{status}");
    }
}
