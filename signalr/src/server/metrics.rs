//! What the server measures, through the [`metrics`](https://docs.rs/metrics) facade. Feature `metrics`.
//!
//! The first two have the names, units, tags and buckets of ASP.NET Core, whose dashboards fit:
//!
//! | metric | is | tags |
//! | --- | --- | --- |
//! | [`CONNECTION_DURATION`] | histogram, in seconds: how long connections lasted | `signalr.connection.status`, `signalr.transport` |
//! | [`ACTIVE_CONNECTIONS`] | gauge: how many there are | `signalr.transport` |
//! | [`MESSAGES_DROPPED`] | counter | `reason` |
//! | [`SEND_FAILURES`] | counter: connections that were dropped because they took no more | `reason` |
//! | [`QUEUE_FULL`] | counter: sends that found a connection's queue full, and waited for room or for the connection's own turn | |
//! | [`REDIS_CONNECTED`] | gauge: 1 while messages reach the other servers through Redis, else 0 | |
//! | [`REDIS_EVENTS`] | counter: what `RedisCounters` counts, under the names of its fields | `event` |
//!
//! `signalr.connection.status` is `normal_closure`, `timeout` (no request carried the connection for the
//! disconnect time-out) or `app_shutdown`; `signalr.transport` is `web_sockets`, `server_sent_events`, `long_polling`, or
//! `memory` for connections that are not HTTP. A connection counts from the request that carries it on: negotiation
//! alone does not. A message is dropped because of a `slow_client`, as
//! [`SlowConsumers`](crate::server::SlowConsumers) says, because of `backlog_full` (a client too slow for what a backplane
//! brings, which is let go), or when it comes from a client and has an `unknown_type`, belongs to an `unknown_stream` or an
//! `unknown_invocation`, or is a call beyond `maximum_active_invocations_per_client` (`too_many_calls`); a send fails because of
//! a `timeout`, because the connection was `lost`, because the client left messages `unacknowledged` for as long (stateful
//! reconnect), or because of a `slow_client` that is let go.
//!
//! An exporter keeps buckets of its own; with `metrics-exporter-prometheus`,
//! `set_buckets_for_metric(Matcher::Full(CONNECTION_DURATION.into()), &CONNECTION_DURATION_BUCKETS)` sets these.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use metrics::{
    Unit, counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram,
};
use tokio::time::Instant;

use super::attendance::Attendance;
use crate::connection::DURATION_BUCKETS;
use crate::transport::TransportKind;

/// How long connections lasted, in seconds.
pub const CONNECTION_DURATION: &str = "signalr.server.connection.duration";
/// How many connections there are.
pub const ACTIVE_CONNECTIONS: &str = "signalr.server.active_connections";
/// Messages that were dropped.
pub const MESSAGES_DROPPED: &str = "signalr.server.messages.dropped";
/// Connections that were dropped because they took no more.
pub const SEND_FAILURES: &str = "signalr.server.send.failures";
/// Sends that found a connection's queue full.
pub const QUEUE_FULL: &str = "signalr.server.queue.full";

/// Whether messages reach the other servers through Redis.
pub const REDIS_CONNECTED: &str = "signalr.server.redis.connected";
/// What happened between this server and Redis.
pub const REDIS_EVENTS: &str = "signalr.server.redis.events";

/// The upper ends of the reference's buckets for [`CONNECTION_DURATION`], in seconds.
pub const CONNECTION_DURATION_BUCKETS: [f64; 14] = DURATION_BUCKETS;

/// Tells the recorder that is installed what each metric is, and in which unit.
pub fn describe() {
    describe_histogram!(
        CONNECTION_DURATION,
        Unit::Seconds,
        "The duration of connections on the server."
    );
    describe_gauge!(
        ACTIVE_CONNECTIONS,
        "Number of connections that are currently active on the server."
    );
    describe_counter!(MESSAGES_DROPPED, "Messages that were dropped.");
    describe_counter!(
        SEND_FAILURES,
        "Connections that were dropped because they took no more."
    );
    describe_counter!(QUEUE_FULL, "Sends that found a connection's queue full.");
    describe_gauge!(
        REDIS_CONNECTED,
        "1 while messages reach the other servers through Redis, else 0."
    );
    describe_counter!(REDIS_EVENTS, "What happened between this server and Redis.");
}

pub(super) fn dropped(reason: &'static str, messages: usize) {
    counter!(MESSAGES_DROPPED, "reason" => reason).increment(messages as u64);
}

pub(super) fn send_failed(reason: &'static str) {
    counter!(SEND_FAILURES, "reason" => reason).increment(1);
}

pub(super) fn queue_full() {
    counter!(QUEUE_FULL).increment(1);
}

#[cfg(feature = "redis")]
pub(super) fn redis_connected(is_connected: bool) {
    gauge!(REDIS_CONNECTED).set(f64::from(u8::from(is_connected)));
}

#[cfg(feature = "redis")]
pub(super) fn redis_event(event: &'static str, count: usize) {
    counter!(REDIS_EVENTS, "event" => event).increment(count as u64);
}

/// Whether a connection ended because no request carried it.
#[derive(Debug, Clone, Default)]
pub(super) struct TimedOut(Arc<AtomicBool>);

impl TimedOut {
    pub(super) fn set(&self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// A connection while it lasts; over when dropped.
pub(super) struct Visit {
    transport: &'static str,
    began: Instant,
    timed_out: TimedOut,
    attendance: Arc<Attendance>,
}

impl Visit {
    pub(super) fn begin(
        transport: TransportKind,
        timed_out: &TimedOut,
        attendance: &Arc<Attendance>,
    ) -> Self {
        let transport = transport.tag();
        gauge!(ACTIVE_CONNECTIONS, "signalr.transport" => transport).increment(1.0);
        Self {
            transport,
            began: Instant::now(),
            timed_out: timed_out.clone(),
            attendance: Arc::clone(attendance),
        }
    }
}

impl Drop for Visit {
    fn drop(&mut self) {
        let status = if self.timed_out.0.load(Ordering::Relaxed) {
            "timeout"
        } else if self.attendance.is_closed() {
            "app_shutdown"
        } else {
            "normal_closure"
        };
        let transport = self.transport;
        gauge!(ACTIVE_CONNECTIONS, "signalr.transport" => transport).decrement(1.0);
        histogram!(
            CONNECTION_DURATION,
            "signalr.connection.status" => status,
            "signalr.transport" => transport
        )
        .record(self.began.elapsed());
    }
}
