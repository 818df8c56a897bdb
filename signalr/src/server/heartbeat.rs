use std::collections::HashMap;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, Weak};
use std::time::Duration;

use slab::Slab;
use tokio::runtime::{self, Handle};
use tokio::time::{Instant, MissedTickBehavior, interval};

use super::authorize::Expiries;
use super::connection::Connection;
use super::end::End;
use super::http::ConnectionTable;
use crate::connection::lock;
use crate::error::ConnectionError;
use crate::transport::TransportKind;

/// How often connections are looked at; the reference's rate.
const TICK: Duration = Duration::from_secs(1);

/// Looks after all connections of a server once a second: pings, silent clients, stuck writes,
/// connections that no request serves.
/// One timer however many connections there are, or rather one for each runtime that serves some:
/// the connections of a runtime end with it, and so may what looks after them.
pub(super) struct Heartbeat {
    hearts: Mutex<HashMap<runtime::Id, Arc<Heart>>>,
    negotiated: Arc<ConnectionTable>,
    expiries: Arc<Expiries>,
}

/// The connections of one runtime.
#[derive(Default)]
struct Heart(Mutex<Slab<Watched>>);

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
            hearts: Mutex::default(),
            negotiated,
            expiries: Arc::default(),
        })
    }

    /// Starts the heartbeat of this runtime with its first connection; it ends with the runtime or
    /// with the server.
    pub(super) fn start_once(self: &Arc<Self>) {
        self.heart();
    }

    fn heart(self: &Arc<Self>) -> Arc<Heart> {
        let runtime = Handle::current();
        let mut hearts = lock(&self.hearts);
        if let Some(heart) = hearts.get(&runtime.id()) {
            return Arc::clone(heart);
        }
        let heart = Arc::<Heart>::default();
        hearts.insert(runtime.id(), Arc::clone(&heart));
        drop(hearts);
        let beating = Beating {
            heartbeat: Arc::downgrade(self),
            heart: Arc::clone(&heart),
            runtime: runtime.id(),
        };
        runtime.spawn(beating.run());
        heart
    }

    pub(super) fn watch(self: &Arc<Self>, connection: Arc<Connection>, limits: Limits) -> Watch {
        let heart = self.heart();
        let now = Instant::now();
        let place = lock(&heart.0).insert(Watched {
            connection,
            limits,
            since: now,
            pinged: now,
            heard: now,
            sending: None,
            unacknowledged: None,
        });
        Watch { heart, place }
    }

    /// The connections that end with their authentication.
    pub(super) fn expiries(&self) -> &Arc<Expiries> {
        &self.expiries
    }

    fn tick(&self, heart: &Heart, now: Instant) {
        self.expiries.look();
        self.negotiated.sweep(now);
        for (_, watched) in lock(&heart.0).iter_mut() {
            watched.look(now);
        }
    }
}

/// The task of one runtime's heart.
struct Beating {
    heartbeat: Weak<Heartbeat>,
    heart: Arc<Heart>,
    runtime: runtime::Id,
}

impl Beating {
    async fn run(self) {
        let mut ticks = interval(TICK);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let now = ticks.tick().await;
            match self.heartbeat.upgrade() {
                Some(heartbeat) => heartbeat.tick(&self.heart, now),
                None => return,
            }
        }
    }
}

impl Drop for Beating {
    /// The runtime is shutting down: a later one may have its id.
    fn drop(&mut self) {
        if let Some(heartbeat) = self.heartbeat.upgrade() {
            lock(&heartbeat.hearts).remove(&self.runtime);
        }
    }
}

/// Ends the watch when dropped.
pub(super) struct Watch {
    heart: Arc<Heart>,
    place: usize,
}

impl Drop for Watch {
    fn drop(&mut self) {
        lock(&self.heart.0).try_remove(self.place);
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
            let end = End::TransportGone { cause: None };
            if self.connection.end_counted(end, "timeout") {
                tracing::info!(
                    connection = self.connection.id(),
                    "dropped: it did not take a write within the transport's send time-out"
                );
            }
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
            let end = End::Failed(ConnectionError::new(
                "OperationCanceledException",
                "Client hasn't acknowledged a message within the configured TransportSendTimeout.",
            ));
            if self.connection.end_counted(end, "unacknowledged") {
                tracing::info!(
                    connection = self.connection.id(),
                    "closed: it did not acknowledge anything within the transport's send time-out"
                );
            }
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
