use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::watch;

use crate::server::metrics;

/// How the connection to Redis is. Cheap to clone; for a readiness probe, an alarm, a dashboard.
#[derive(Clone)]
pub struct RedisHealth(Arc<Inner>);

struct Inner {
    state: watch::Sender<RedisState>,
    counters: Counters,
    /// In nanoseconds; 0 if not known.
    round_trip: AtomicU64,
}

/// Whether messages reach the other servers.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum RedisState {
    /// The server has not yet been connected.
    Starting,
    /// All is well.
    Connected,
    /// There is no connection, for this reason; the server goes on trying. Its clients get what
    /// this server sends, and nothing of the others.
    Disconnected(Arc<str>),
}

/// What has happened since the server's start.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RedisCounters {
    /// How often a connection has been made.
    pub connected: u64,
    /// How often it was lost, or could not be made.
    pub failures: u64,
    /// Messages that Redis has accepted.
    pub published: u64,
    /// Messages that Redis did not accept, or that were under way when the connection was lost.
    pub publish_failures: u64,
    /// Messages of other servers.
    pub received: u64,
    /// Own messages that came back and were dropped.
    pub echoes: u64,
    /// Payloads that could not be read and were dropped.
    pub malformed: u64,
    /// Messages without a form for a client's protocol that could not be given one.
    pub untranslatable: u64,
    /// Acknowledgements, answers and group commands that were dropped because too much was waiting.
    pub dropped: u64,
    /// Clients that were let go because they did not take their messages.
    pub slow_clients: u64,
}

pub(super) struct Counters {
    pub(super) connected: Counter,
    pub(super) failures: Counter,
    pub(super) published: Counter,
    pub(super) publish_failures: Counter,
    pub(super) received: Counter,
    pub(super) echoes: Counter,
    pub(super) malformed: Counter,
    pub(super) untranslatable: Counter,
    pub(super) dropped: Counter,
    pub(super) slow_clients: Counter,
}

/// One number, for those who ask here and for the application's meters.
pub(super) struct Counter {
    event: &'static str,
    count: AtomicU64,
}

impl Counter {
    fn new(event: &'static str) -> Self {
        Self {
            event,
            count: AtomicU64::new(0),
        }
    }

    pub(super) fn add(&self, count: usize) {
        if count > 0 {
            self.count.fetch_add(count as u64, Ordering::Relaxed);
            metrics::redis_event(self.event, count);
        }
    }

    fn get(&self) -> u64 {
        self.count.load(Ordering::Relaxed)
    }
}

impl Default for Counters {
    fn default() -> Self {
        Self {
            connected: Counter::new("connected"),
            failures: Counter::new("failures"),
            published: Counter::new("published"),
            publish_failures: Counter::new("publish_failures"),
            received: Counter::new("received"),
            echoes: Counter::new("echoes"),
            malformed: Counter::new("malformed"),
            untranslatable: Counter::new("untranslatable"),
            dropped: Counter::new("dropped"),
            slow_clients: Counter::new("slow_clients"),
        }
    }
}

impl RedisHealth {
    /// The state now.
    #[must_use]
    pub fn state(&self) -> RedisState {
        self.0.state.borrow().clone()
    }

    /// Whether messages reach the other servers now.
    #[must_use]
    pub fn is_connected(&self) -> bool {
        *self.0.state.borrow() == RedisState::Connected
    }

    /// Follows the state.
    #[must_use]
    pub fn watch(&self) -> watch::Receiver<RedisState> {
        self.0.state.subscribe()
    }

    /// Waits until there is a connection. There may never be one: wrap it in a time-out.
    pub async fn connected(&self) {
        let mut state = self.watch();
        // The sender lives as long as `self`.
        let _ = state
            .wait_for(|state| *state == RedisState::Connected)
            .await;
    }

    /// How long the last message took that this server sent itself through Redis, which it does
    /// when it connects and every [`ping_interval`](super::RedisOptions::ping_interval).
    #[must_use]
    pub fn last_round_trip(&self) -> Option<Duration> {
        match self.0.round_trip.load(Ordering::Relaxed) {
            0 => None,
            nanos => Some(Duration::from_nanos(nanos)),
        }
    }

    /// What has happened so far.
    #[must_use]
    pub fn counters(&self) -> RedisCounters {
        let counters = &self.0.counters;
        RedisCounters {
            connected: counters.connected.get(),
            failures: counters.failures.get(),
            published: counters.published.get(),
            publish_failures: counters.publish_failures.get(),
            received: counters.received.get(),
            echoes: counters.echoes.get(),
            malformed: counters.malformed.get(),
            untranslatable: counters.untranslatable.get(),
            dropped: counters.dropped.get(),
            slow_clients: counters.slow_clients.get(),
        }
    }

    pub(super) fn count(&self) -> &Counters {
        &self.0.counters
    }

    pub(super) fn round_trip(&self, took: Duration) {
        let nanos = u64::try_from(took.as_nanos()).unwrap_or(u64::MAX);
        self.0.round_trip.store(nanos.max(1), Ordering::Relaxed);
    }

    pub(super) fn up(&self) {
        self.0.counters.connected.add(1);
        metrics::redis_connected(true);
        self.0.state.send_replace(RedisState::Connected);
    }

    /// Whether this is news, and not one more attempt that failed.
    pub(super) fn down(&self, why: &str) -> bool {
        self.0.counters.failures.add(1);
        metrics::redis_connected(false);
        let before = self
            .0
            .state
            .send_replace(RedisState::Disconnected(why.into()));
        !matches!(before, RedisState::Disconnected(_))
    }
}

impl Default for RedisHealth {
    fn default() -> Self {
        Self(Arc::new(Inner {
            state: watch::Sender::new(RedisState::Starting),
            counters: Counters::default(),
            round_trip: AtomicU64::new(0),
        }))
    }
}

impl fmt::Debug for RedisHealth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisHealth")
            .field("state", &self.state())
            .field("counters", &self.counters())
            .field("last_round_trip", &self.last_round_trip())
            .finish()
    }
}

#[cfg(all(test, feature = "metrics"))]
mod tests {
    use metrics_util::debugging::{DebugValue, DebuggingRecorder};

    use super::RedisHealth;

    #[test]
    fn the_state_and_the_counters_are_measured() {
        let recorder = DebuggingRecorder::new();
        let measured = || {
            let snapshot = recorder.snapshotter().snapshot().into_vec();
            let value = |(key, _, _, value): (metrics_util::CompositeKey, _, _, _)| {
                let value = match value {
                    DebugValue::Counter(count) => count as f64,
                    DebugValue::Gauge(value) => value.into_inner(),
                    DebugValue::Histogram(_) => panic!("there is none"),
                };
                let event = key.key().labels().map(|label| label.value().to_owned());
                let name = key.key().name().to_owned();
                (event.fold(name, |name, event| name + " " + &event), value)
            };
            let mut all: Vec<(String, f64)> = snapshot.into_iter().map(value).collect();
            all.sort_by(|a, b| a.0.cmp(&b.0));
            all
        };
        let named = |name: &str, value: f64| (format!("signalr.server.redis.{name}"), value);
        ::metrics::with_local_recorder(&recorder, || {
            let health = RedisHealth::default();
            health.up();
            health.count().published.add(3);
            assert_eq!(
                measured(),
                [
                    named("connected", 1.0),
                    named("events connected", 1.0),
                    named("events published", 3.0)
                ]
            );
            assert!(health.down("cut"));
            assert!(measured().contains(&named("connected", 0.0)));
            assert_eq!(health.counters().published, 3);
        });
    }
}
