use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::future::poll_fn;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, Weak};

use bytes::Bytes;
use tokio_util::sync::CancellationToken;

use super::authorize::{Authenticated, Authentication};
use super::end::End;
use super::lifetime::Place;
use super::metrics;
use super::request::ConnectionRequest;
use super::slow_consumers::SlowConsumer;
use super::{Items, Principal};
use crate::connection::{Offered, Outbound, Receipts, lock};
use crate::error::ConnectionError;
use crate::protocol::{HubProtocol, Message};
use crate::transport::TransportKind;

/// One client's connection to a hub, from the end of its handshake to its end.
pub struct Connection {
    id: Arc<str>,
    user_id: Option<Arc<str>>,
    protocol: HubProtocol,
    transport: TransportKind,
    request: Option<Arc<ConnectionRequest>>,
    authentication: Arc<Authentication>,
    items: Items,
    aborted: CancellationToken,
    pub(super) outbound: Arc<Outbound>,
    pub(super) permits: AtomicUsize,
    pub(super) pulse: Pulse,
    /// With stateful reconnect.
    pub(super) receipts: Option<Box<Receipts>>,
    /// Where it stands in the lifetime manager's lists.
    pub(super) memberships: Mutex<Memberships>,
    pub(super) slow: SlowConsumer,
    /// What a backend has brought and the queue had no room for.
    pub(super) backlog: Mutex<Backlog>,
    /// Its task has done enough for this turn.
    turn_is_over: AtomicBool,
    /// It ends as soon as nothing runs for it.
    released: AtomicBool,
    end: OnceLock<End>,
}

/// What the heartbeat looks at.
#[derive(Default)]
pub(super) struct Pulse {
    /// The client has pinged once: from now on its silence counts.
    pub(super) armed: AtomicBool,
    /// A message has come since the last look.
    pub(super) heard: AtomicBool,
    /// The reader waits for a running call: silence does not count.
    pub(super) blocked: AtomicBool,
    /// There is no transport now: nothing counts.
    pub(super) away: AtomicBool,
    /// The number of what the client has still to take; 0: nothing.
    pub(super) sending: AtomicU64,
    /// The principal was replaced, and the hub has not been told.
    pub(super) refreshed: AtomicBool,
}

/// Messages that wait for room in a connection's queue, in their order.
#[derive(Default)]
pub(super) struct Backlog {
    pub(super) messages: VecDeque<Waiting>,
    pub(super) bytes: usize,
}

/// A message that waits for room.
#[derive(Clone)]
pub(super) struct Waiting {
    pub(super) message: Bytes,
    pub(super) key: Option<Arc<str>>,
    pub(super) is_question: bool,
}

/// The places of a connection in lists, by list.
#[derive(Default)]
pub(super) struct Memberships {
    /// The connection has been put into the lists.
    pub(super) here: bool,
    pub(super) all: Place,
    pub(super) user: Place,
    pub(super) groups: HashMap<Arc<str>, Place>,
    /// The connection has left; it joins nothing any more.
    pub(super) gone: bool,
}

/// What is known of a connection when its handshake is done.
pub(super) struct Identity {
    pub(super) id: Arc<str>,
    pub(super) user_id: Option<Arc<str>>,
    pub(super) authentication: Arc<Authentication>,
    pub(super) protocol: HubProtocol,
    pub(super) transport: TransportKind,
    pub(super) request: Option<Arc<ConnectionRequest>>,
    pub(super) receipts: Option<Receipts>,
    pub(super) slow: SlowConsumer,
}

impl Connection {
    pub(super) fn new(identity: Identity, outbound: Arc<Outbound>, permits: usize) -> Arc<Self> {
        let connection = Arc::new(Self {
            id: identity.id,
            user_id: identity.user_id,
            protocol: identity.protocol,
            transport: identity.transport,
            request: identity.request,
            authentication: identity.authentication,
            items: Items::default(),
            aborted: CancellationToken::new(),
            outbound,
            permits: AtomicUsize::new(permits),
            pulse: Pulse::default(),
            receipts: identity.receipts.map(Box::new),
            memberships: Mutex::default(),
            slow: identity.slow,
            backlog: Mutex::default(),
            turn_is_over: AtomicBool::new(false),
            released: AtomicBool::new(false),
            end: OnceLock::new(),
        });
        let listener: Weak<Self> = Arc::downgrade(&connection);
        connection.authentication.listen(listener);
        connection
    }

    /// The id that other connections and the application know it by.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    pub(super) fn shared_id(&self) -> Arc<str> {
        Arc::clone(&self.id)
    }

    /// The user, as the user id provider saw it at the handshake.
    #[must_use]
    pub fn user_id(&self) -> Option<&str> {
        self.user_id.as_deref()
    }

    pub(super) fn shared_user_id(&self) -> Option<Arc<str>> {
        self.user_id.clone()
    }

    /// The user, as the connection's request brought it or the last refresh of authentication.
    #[must_use]
    pub fn principal(&self) -> Option<Principal> {
        self.authentication.principal()
    }

    pub(super) fn authentication(&self) -> &Arc<Authentication> {
        &self.authentication
    }

    /// The protocol that the client asked for.
    #[must_use]
    pub fn protocol(&self) -> HubProtocol {
        self.protocol
    }

    /// What carries the connection.
    #[must_use]
    pub fn transport(&self) -> TransportKind {
        self.transport
    }

    /// The request that opened the connection; `None` where it was not HTTP.
    #[must_use]
    pub fn request(&self) -> Option<&ConnectionRequest> {
        self.request.as_deref()
    }

    /// Values that live as long as the connection.
    #[must_use]
    pub fn items(&self) -> &Items {
        &self.items
    }

    /// Fires when the connection has ended.
    #[must_use]
    pub fn aborted(&self) -> &CancellationToken {
        &self.aborted
    }

    /// Ends the connection; the client is told not to reconnect.
    pub fn abort(&self) {
        self.end_with(End::Aborted);
    }

    /// Ends the connection and tells the client why: its Close has this error, and the client is
    /// told not to reconnect. `on_disconnected` is given the reason as its cause.
    pub fn disconnect(&self, reason: &str) {
        self.end_with(End::Disconnected {
            reason: reason.to_owned(),
        });
    }

    /// The groups that it is in.
    #[must_use]
    pub fn groups(&self) -> Vec<String> {
        let memberships = lock(&self.memberships);
        memberships.groups.keys().map(ToString::to_string).collect()
    }

    /// Ends the connection for a reason; only the first reason counts.
    pub(super) fn end_with(&self, end: End) {
        // The first end counts.
        let _ = self.end.set(end);
        self.outbound.close();
        self.outbound.wake();
    }

    /// Ends the connection as soon as nothing runs for it; the client may reconnect.
    pub(super) fn release(&self) {
        self.released.store(true, Ordering::Release);
        self.outbound.wake();
    }

    pub(super) fn is_released(&self) -> bool {
        self.released.load(Ordering::Acquire)
    }

    pub(super) fn requested_end(&self) -> Option<End> {
        self.end.get().cloned()
    }

    /// Queues a call to the client that asks for no result, whole and in the connection's protocol;
    /// `false` if it has to wait. Where the client is slow, it may be dropped, now or later, as
    /// [`SlowConsumers`](super::SlowConsumers) says.
    pub fn try_send(&self, message: &Bytes) -> bool {
        self.offer(message, None)
    }

    /// The same, as soon as there is room or the client turns out to be slow. Does nothing once the
    /// connection has ended.
    pub async fn send(&self, message: &Bytes) {
        self.send_keyed(message, None).await;
    }

    /// [`try_send`](Self::try_send) for a message that one with the same key makes worthless.
    pub(super) fn offer(&self, message: &Bytes, key: Option<&Arc<str>>) -> bool {
        match self.outbound.offer(message, key) {
            Offered::Taken => true,
            Offered::Full => {
                metrics::queue_full();
                false
            }
            offered => {
                self.shed(offered);
                true
            }
        }
    }

    pub(super) async fn send_keyed(&self, message: &Bytes, key: Option<&Arc<str>>) {
        let offered = poll_fn(|cx| self.outbound.poll_offer(cx, message, key)).await;
        self.shed(offered);
    }

    #[cold]
    fn shed(&self, offered: Offered) {
        match offered {
            Offered::Taken | Offered::Full => {}
            Offered::Dropped(messages) => {
                self.slow.dropped(&self.id, messages, "slow_client");
            }
            Offered::TooSlow => self.end_slow(),
        }
    }

    /// Ends the connection because too much waits for its client.
    pub(super) fn end_slow(&self) {
        let end = End::Failed(ConnectionError::new(
            "IOException",
            "The client was too slow to take its messages.",
        ));
        if self.end_counted(end, "slow_client") {
            tracing::warn!(connection = self.id(), "a slow client was let go");
        }
    }

    /// Ends the connection because its client takes nothing, and counts that; `false` if it ends
    /// already.
    pub(super) fn end_counted(&self, end: End, reason: &'static str) -> bool {
        if self.end.set(end).is_err() {
            return false;
        }
        self.slow.ended(reason);
        self.outbound.close();
        self.outbound.wake();
        true
    }

    /// Whether a message came over an earlier transport already.
    pub(super) fn has_had(&self, message: &Message<'_>) -> bool {
        self.receipts
            .as_ref()
            .is_some_and(|receipts| message.is_counted() && !receipts.count())
    }

    /// The transport is lost, and another one may come.
    pub(super) fn detached(&self) {
        self.pulse.away.store(true, Ordering::Relaxed);
        self.pulse.sending.store(0, Ordering::Relaxed);
    }

    /// Another transport has come.
    pub(super) fn resumed(&self) {
        self.pulse.away.store(false, Ordering::Relaxed);
        if let Some(receipts) = &self.receipts {
            receipts.resumed();
        }
        self.outbound
            .resume(|first, out| self.protocol.write_sequence(out, first));
    }

    /// Tells the client what has arrived, if that is news.
    pub(super) fn acknowledge(&self) {
        if let Some(id) = self.receipts.as_ref().and_then(|receipts| receipts.due()) {
            let mut message = Vec::with_capacity(32);
            self.protocol.write_ack(&mut message, id);
            self.outbound.push_uncounted(&message);
        }
    }

    /// A new turn of its task begins.
    pub(super) fn begin_turn(&self) {
        self.turn_is_over.store(false, Ordering::Relaxed);
    }

    /// Its task has done enough in this turn.
    pub(super) fn end_turn(&self) {
        self.turn_is_over.store(true, Ordering::Relaxed);
    }

    pub(super) fn turn_is_over(&self) -> bool {
        self.turn_is_over.load(Ordering::Relaxed)
    }

    /// Takes one of the permits for calls.
    pub(super) fn take_permit(&self) -> bool {
        self.permits
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, |free| {
                free.checked_sub(1)
            })
            .is_ok()
    }

    pub(super) fn give_permit_back(&self) {
        self.permits.fetch_add(1, Ordering::AcqRel);
        self.outbound.wake();
    }
}

impl Authenticated for Connection {
    fn refreshed(&self) {
        self.pulse.refreshed.store(true, Ordering::Release);
        self.outbound.wake();
    }

    fn expired(&self) {
        if self.requested_end().is_none() {
            tracing::info!(connection = self.id(), "closed: its authentication expired");
            self.end_with(End::Released);
        }
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection")
            .field("id", &self.id)
            .field("user_id", &self.user_id)
            .field("protocol", &self.protocol)
            .field("transport", &self.transport)
            .finish_non_exhaustive()
    }
}
