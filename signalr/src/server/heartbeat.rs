use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, Weak};
use std::time::Duration;

use slab::Slab;
use tokio::time::{Instant, MissedTickBehavior, interval};

use super::authorize::Expiries;
use super::connection::Connection;
use super::end::End;
use super::http::ConnectionTable;
use super::metrics;
use crate::connection::lock;
use crate::error::ConnectionError;
use crate::transport::TransportKind;

/// How often connections are looked at; the reference's rate.
const TICK: Duration = Duration::from_secs(1);

/// Looks after all connections of a server once a second: pings, silent clients, stuck writes,
/// connections that no request serves.
/// One timer however many connections there are.
pub(super) struct Heartbeat {
    started: AtomicBool,
    negotiated: Arc<ConnectionTable>,
    watched: Mutex<Slab<Watched>>,
    expiries: Arc<Expiries>,
}

struct Watched {
    connection: Arc<Connection>,
    limits: Limits,
    since: Instant,
    pinged: Instant,
    heard: Instant,
    /// What the client has still to take, and since when.
    sending: Option<(u64, Instant)>,
    /// The message whose acknowledgement senders wait for, and since when.
    unacknowledged: Option<(i64, Instant)>,
}

/// How long one connection may be quiet or stuck.
#[derive(Clone, Copy)]
pub(super) struct Limits {
    pub(super) keep_alive: Duration,
    pub(super) client_timeout: Duration,
    pub(super) send_timeout: Duration,
}

impl Heartbeat {
    pub(super) fn new(negotiated: Arc<ConnectionTable>) -> Arc<Self> {
        Arc::new(Self {
            started: AtomicBool::new(false),
            negotiated,
            watched: Mutex::default(),
            expiries: Arc::default(),
        })
    }

    /// Starts the heartbeat with the first connection; it ends with the server.
    pub(super) fn start_once(self: &Arc<Self>) {
        if self.started.swap(true, Ordering::Relaxed) {
            return;
        }
        let heartbeat: Weak<Self> = Arc::downgrade(self);
        tokio::spawn(async move {
            let mut ticks = interval(TICK);
            ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
            loop {
                let now = ticks.tick().await;
                match heartbeat.upgrade() {
                    Some(heartbeat) => heartbeat.tick(now),
                    None => return,
                }
            }
        });
    }

    pub(super) fn watch(self: &Arc<Self>, connection: Arc<Connection>, limits: Limits) -> Watch {
        let now = Instant::now();
        let place = lock(&self.watched).insert(Watched {
            connection,
            limits,
            since: now,
            pinged: now,
            heard: now,
            sending: None,
            unacknowledged: None,
        });
        Watch {
            heartbeat: Arc::clone(self),
            place,
        }
    }

    /// The connections that end with their authentication.
    pub(super) fn expiries(&self) -> &Arc<Expiries> {
        &self.expiries
    }

    fn tick(&self, now: Instant) {
        self.expiries.look();
        self.negotiated.sweep(now);
        for (_, watched) in lock(&self.watched).iter_mut() {
            watched.look(now);
        }
    }
}

/// Ends the watch when dropped.
pub(super) struct Watch {
    heartbeat: Arc<Heartbeat>,
    place: usize,
}

impl Drop for Watch {
    fn drop(&mut self) {
        lock(&self.heartbeat.watched).try_remove(self.place);
    }
}

impl Watched {
    fn look(&mut self, now: Instant) {
        if self.connection.pulse.away.load(Ordering::Relaxed) {
            // The table of negotiated connections knows how long it may be.
            (self.heard, self.pinged) = (now, now);
            (self.sending, self.unacknowledged) = (None, None);
            return;
        }
        // As in the reference, the first second passes without an Ack.
        if now - self.since >= TICK {
            self.connection.acknowledge();
        }
        self.look_at_acknowledgements(now);
        self.look_at_sending(now);
        self.look_at_silence(now);
        self.ping(now);
    }

    fn look_at_sending(&mut self, now: Instant) {
        let number = self.connection.pulse.sending.load(Ordering::Relaxed);
        // Between two polls nothing is being written, however long the gap.
        if number == 0 || self.connection.transport() == TransportKind::LongPolling {
            self.sending = None;
            return;
        }
        let since = match self.sending {
            Some((before, since)) if before == number => since,
            _ => now,
        };
        self.sending = Some((number, since));
        if now - since > self.limits.send_timeout {
            metrics::send_failed("timeout");
            tracing::info!(
                connection = self.connection.id(),
                "dropped: it did not take a write within the transport's send time-out"
            );
            self.connection.end_with(End::TransportGone { cause: None });
        }
    }

    fn look_at_acknowledgements(&mut self, now: Instant) {
        let Some(first) = self.connection.outbound.awaited_acknowledgement() else {
            self.unacknowledged = None;
            return;
        };
        let since = match self.unacknowledged {
            Some((before, since)) if before == first => since,
            _ => now,
        };
        self.unacknowledged = Some((first, since));
        if now - since > self.limits.send_timeout {
            tracing::info!(
                connection = self.connection.id(),
                "closed: it did not acknowledge anything within the transport's send time-out"
            );
            self.connection.end_with(End::Failed(ConnectionError::new(
                "OperationCanceledException",
                "Client hasn't acknowledged a message within the configured TransportSendTimeout.",
            )));
        }
    }

    fn look_at_silence(&mut self, now: Instant) {
        let pulse = &self.connection.pulse;
        let heard = pulse.heard.swap(false, Ordering::Relaxed);
        if heard || pulse.blocked.load(Ordering::Relaxed) {
            self.heard = now;
        } else if pulse.armed.load(Ordering::Relaxed)
            && now - self.heard > self.limits.client_timeout
        {
            self.connection.end_with(End::Failed(ConnectionError::new(
                "OperationCanceledException",
                "Client hasn't sent a message/ping within the configured ClientTimeoutInterval.",
            )));
        }
    }

    fn ping(&mut self, now: Instant) {
        if !self.connection.transport().needs_pings() || now - self.pinged <= self.limits.keep_alive
        {
            return;
        }
        self.pinged = now;
        // A peer that still has something to read needs no sign of life.
        if self.connection.pulse.sending.load(Ordering::Relaxed) == 0 {
            tracing::trace!(connection = self.connection.id(), "ping");
            let mut message = Vec::with_capacity(16);
            self.connection.protocol().write_ping(&mut message);
            self.connection.outbound.push_uncounted(&message);
        }
    }
}
