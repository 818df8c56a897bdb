use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, Instant};

use hdrhistogram::Histogram;
use signalr::HubProtocol;
use signalr::server::lifetime::spec::TestClient;
use signalr::server::lifetime::{EncodedMessage, LifetimeManager, Recipients};
use tokio::runtime::Handle;
use tokio::task::spawn_blocking;

/// Messages per second.
pub(super) const RATE: u32 = 10_000;
pub(super) const MESSAGES: u32 = 30_000;

/// In microseconds.
pub(super) struct Latency {
    pub(super) p50: u64,
    pub(super) p99: u64,
    pub(super) p999: u64,
}

/// How long each message took.
pub(super) struct Times(Histogram<u64>);

impl Times {
    pub(super) fn new() -> Self {
        Self(Histogram::new(3).expect("three digits"))
    }

    pub(super) fn record(&mut self, nanos: u64) {
        self.0.record(nanos).expect("it resizes itself");
    }

    pub(super) fn read(&self) -> Latency {
        let at = |quantile| self.0.value_at_quantile(quantile) / 1000;
        Latency {
            p50: at(0.5),
            p99: at(0.99),
            p999: at(0.999),
        }
    }
}

/// Begins `send` at the rate, each in a task of its own, from outside the runtime: its timers, of a
/// millisecond each, would make bursts of ten.
pub(super) async fn paced<F>(mut send: impl FnMut() -> F + Send + 'static)
where
    F: Future<Output = ()> + Send + 'static,
{
    let runtime = Handle::current();
    let pace = move || {
        let began = Instant::now();
        for count in 0..MESSAGES {
            let due = Duration::from_secs(1) / RATE * count;
            if let Some(early) = due.checked_sub(began.elapsed()) {
                std::thread::sleep(early);
            }
            runtime.spawn(send());
        }
    };
    spawn_blocking(pace).await.expect("paced");
}

/// From before a message is sent until it is in the queue of a client of `to`.
pub(super) async fn of(from: &Arc<dyn LifetimeManager>, to: &Arc<dyn LifetimeManager>) -> Latency {
    let mut client = TestClient::connect(to, "c", None, HubProtocol::MessagePack).await;
    to.add_to_group("c", "g").await.expect("joined");
    let began = Instant::now();
    let reading = async {
        let mut times = Times::new();
        for _ in 0..MESSAGES {
            let call = client.next().await;
            let arrived = began.elapsed().as_nanos() as u64;
            let sent: u64 = call[5..call.len() - 1].parse().expect("a time");
            times.record(arrived - sent);
        }
        times.read()
    };
    let from = Arc::clone(from);
    let sending = paced(move || {
        let server = Arc::clone(&from);
        async move {
            let to = Recipients::Group("g".into());
            let now = began.elapsed().as_nanos() as u64;
            let message = EncodedMessage::invocation(server.protocols(&to), None, "Note", &[&now])
                .expect("a number");
            server.send(to, message).await.expect("sent");
        }
    });
    let (latency, ()) = tokio::join!(reading, sending);
    client.leave().await;
    latency
}
