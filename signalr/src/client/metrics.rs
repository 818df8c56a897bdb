//! What the client measures, through the `metrics` facade. Feature `metrics`.
//!
//! The official clients measure nothing; names, units and tags are like those of the server.
//!
//! | metric | is | tags |
//! | --- | --- | --- |
//! | [`CONNECTION_DURATION`] | histogram, in seconds: how long connections lasted | `signalr.connection.status`, `signalr.transport` |
//! | [`ACTIVE_CONNECTIONS`] | gauge: how many there are | `signalr.transport` |
//! | [`CALL_DURATION`] | histogram, in seconds: how long calls waited for their result | `signalr.call.status` |
//! | [`RECONNECT_ATTEMPTS`] | counter: tries to make a lost connection again | `signalr.attempt.status` |
//! | [`RESUMPTIONS`] | counter: lost transports of connections with stateful reconnect | `signalr.attempt.status` |
//! | [`MESSAGES_DROPPED`] | counter: messages of the server that led nowhere | `reason` |
//! | [`QUEUE_FULL`] | counter: calls and items of uploads that found the connection's queue full, and waited | |
//!
//! A connection counts from its handshake on, and each that automatic reconnect makes counts anew. `signalr.connection.status` is
//! `normal_closure`, `timeout` (nothing came from the server for the server time-out), `server_error` (it said why it closed)
//! or `lost`; `signalr.transport` is `web_sockets`, `server_sent_events`, `long_polling`, or `memory`, which is
//! also what a connector of one's own may be. `signalr.call.status` is `ok`, `hub_error` (the hub said no), `timeout`,
//! `closed` (there was no connection, or it ended first), `cancelled` (nobody waited any more) or `failed`;
//! `signalr.attempt.status` is `ok` or `failed`. A message is dropped that has an `unknown_type`, calls a method for which there is
//! `no_handler` or whose handler has other arguments (`binding_failure`), or belongs to an `unknown_invocation`, which may have been
//! cancelled in the same moment.
//!
//! An exporter keeps buckets of its own; with `metrics-exporter-prometheus`,
//! `set_buckets_for_metric(Matcher::Full(CONNECTION_DURATION.into()), &CONNECTION_DURATION_BUCKETS)` sets these.

use metrics::{
    Unit, counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram,
};
use tokio::time::Instant;

use crate::connection::DURATION_BUCKETS;
use crate::error::{CloseReason, InvokeError};
use crate::transport::TransportKind;

/// How long connections lasted, in seconds.
pub const CONNECTION_DURATION: &str = "signalr.client.connection.duration";
/// How many connections there are.
pub const ACTIVE_CONNECTIONS: &str = "signalr.client.active_connections";
/// How long calls waited for their result, in seconds.
pub const CALL_DURATION: &str = "signalr.client.call.duration";
/// Tries to make a lost connection again.
pub const RECONNECT_ATTEMPTS: &str = "signalr.client.reconnect.attempts";
/// Lost transports of connections that the server kept.
pub const RESUMPTIONS: &str = "signalr.client.resumptions";
/// Messages of the server that led nowhere.
pub const MESSAGES_DROPPED: &str = "signalr.client.messages.dropped";
/// Calls and items of uploads that found the connection's queue full.
pub const QUEUE_FULL: &str = "signalr.client.queue.full";

/// Upper ends of buckets for [`CONNECTION_DURATION`], in seconds: those of the server.
pub const CONNECTION_DURATION_BUCKETS: [f64; 14] = DURATION_BUCKETS;

/// Tells the recorder that is installed what each metric is, and in which unit.
pub fn describe() {
    describe_histogram!(
        CONNECTION_DURATION,
        Unit::Seconds,
        "The duration of the client's connections."
    );
    describe_gauge!(
        ACTIVE_CONNECTIONS,
        "Number of the client's connections that are currently active."
    );
    describe_histogram!(
        CALL_DURATION,
        Unit::Seconds,
        "How long calls waited for their result."
    );
    describe_counter!(RECONNECT_ATTEMPTS, "Tries to make a lost connection again.");
    describe_counter!(
        RESUMPTIONS,
        "Lost transports of connections that the server kept."
    );
    describe_counter!(MESSAGES_DROPPED, "Messages of the server that led nowhere.");
    describe_counter!(
        QUEUE_FULL,
        "Calls and items of uploads that found the connection's queue full."
    );
}

pub(super) fn dropped(reason: &'static str) {
    counter!(MESSAGES_DROPPED, "reason" => reason).increment(1);
}

pub(super) fn queue_full() {
    counter!(QUEUE_FULL).increment(1);
}

pub(super) fn reconnect_attempt(succeeded: bool) {
    counter!(RECONNECT_ATTEMPTS, "signalr.attempt.status" => outcome(succeeded)).increment(1);
}

pub(super) fn resumption(succeeded: bool) {
    counter!(RESUMPTIONS, "signalr.attempt.status" => outcome(succeeded)).increment(1);
}

fn outcome(succeeded: bool) -> &'static str {
    if succeeded { "ok" } else { "failed" }
}

/// A connection while it lasts; over when dropped.
pub(super) struct Visit {
    transport: &'static str,
    began: Instant,
    status: &'static str,
}

impl Visit {
    pub(super) fn begin(transport: TransportKind) -> Self {
        let transport = transport.tag();
        gauge!(ACTIVE_CONNECTIONS, "signalr.transport" => transport).increment(1.0);
        Self {
            transport,
            began: Instant::now(),
            status: "lost",
        }
    }

    /// Says why it ends.
    pub(super) fn ends(&mut self, reason: &CloseReason) {
        self.status = match reason {
            CloseReason::ServerTimeout(_) => "timeout",
            CloseReason::Server { error: Some(_), .. } => "server_error",
            reason if reason.is_orderly() => "normal_closure",
            _ => "lost",
        };
    }
}

impl Drop for Visit {
    fn drop(&mut self) {
        let transport = self.transport;
        gauge!(ACTIVE_CONNECTIONS, "signalr.transport" => transport).decrement(1.0);
        histogram!(
            CONNECTION_DURATION,
            "signalr.connection.status" => self.status,
            "signalr.transport" => transport
        )
        .record(self.began.elapsed());
    }
}

/// A call that waits for its result; over when dropped.
pub(super) struct Wait {
    began: Instant,
    status: &'static str,
}

impl Wait {
    pub(super) fn begin() -> Self {
        Self {
            began: Instant::now(),
            status: "cancelled",
        }
    }

    /// Says what became of it.
    pub(super) fn ends<R>(&mut self, result: &Result<R, InvokeError>) {
        self.status = match result {
            Ok(_) => "ok",
            Err(InvokeError::Hub(_)) => "hub_error",
            Err(InvokeError::TimedOut(_)) => "timeout",
            Err(InvokeError::NotConnected | InvokeError::Closed(_)) => "closed",
            Err(_) => "failed",
        };
    }
}

impl Drop for Wait {
    fn drop(&mut self) {
        histogram!(CALL_DURATION, "signalr.call.status" => self.status)
            .record(self.began.elapsed());
    }
}
