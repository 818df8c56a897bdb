//! This server's way to the others.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, Weak};
use std::time::Duration;

use bytes::Bytes;
use redis::aio::MultiplexedConnection;
use redis::{PushInfo, PushKind, RedisResult, Value};
use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};
use tokio::time::{Instant, sleep_until, timeout};
use tokio_util::sync::CancellationToken;

use super::connect::Connections;
use super::error::BackplaneError;
use super::health::{RedisHealth, RedisState};
use super::lifetime::RedisLifetime;
use super::options::RedisOptions;
use super::payload::write_ack;
use super::registry::{Received, Registry};
use super::session::Publish;
use super::supervisor::Supervisor;
use crate::connection::lock;

/// What a message takes up besides its bytes while it is under way.
const OVERHEAD: usize = 256;

/// This server's way to the others, shared by its hubs.
pub(super) struct Link {
    options: RedisOptions,
    registry: Registry,
    /// Room for messages under way, in bytes.
    window: Arc<Semaphore>,
    connections: Mutex<Option<Connections>>,
    hubs: Mutex<Vec<Weak<RedisLifetime>>>,
    /// A channel of this server's own, to see whether messages come round.
    probed: OnceLock<Arc<str>>,
    /// The connection for what is neither published nor subscribed to.
    pub(super) inquiries: Mutex<Option<MultiplexedConnection>>,
    /// From when on it counts that nobody is subscribed to a channel: servers that lost Redis
    /// together are back by then.
    pub(super) complete_from: Mutex<Option<Instant>>,
    is_started: AtomicBool,
    pub(super) stop: CancellationToken,
}

/// Ends the connections with the last hub.
pub(super) struct LinkGuard(Arc<Link>);

/// A message that is in the publisher's queue.
pub(super) struct Posted {
    /// The clients of this server have to be served now, and not with the copy that comes back.
    pub(super) serve_own: bool,
    /// Fires when the connection is lost.
    pub(super) lost: CancellationToken,
    reply: oneshot::Receiver<Result<i64, BackplaneError>>,
}

impl Posted {
    /// Waits until Redis has taken the message; how many servers it was sent on to.
    pub(super) async fn accepted(self) -> Result<i64, BackplaneError> {
        self.reply.await.unwrap_or(Err(BackplaneError::Lost))
    }
}

impl Link {
    pub(super) fn options(&self) -> &RedisOptions {
        &self.options
    }

    pub(super) fn registry(&self) -> &Registry {
        &self.registry
    }

    pub(super) fn health(&self) -> &RedisHealth {
        &self.options.health
    }

    /// Adds a hub that is told when the connection is lost. `own` is a channel of this server
    /// alone.
    pub(super) fn serve(&self, hub: Weak<RedisLifetime>, own: Arc<str>) {
        lock(&self.hubs).push(hub);
        let _ = self.probed.set(own);
    }

    pub(super) fn hubs(&self) -> Vec<Arc<RedisLifetime>> {
        lock(&self.hubs).iter().filter_map(Weak::upgrade).collect()
    }

    /// Begins to connect, as soon as there is a runtime.
    pub(super) fn start(self: &Arc<Self>) {
        if self.is_started.load(Ordering::Relaxed) {
            return;
        }
        if let Ok(runtime) = Handle::try_current()
            && let Some(connections) = lock(&self.connections).take()
        {
            self.is_started.store(true, Ordering::Relaxed);
            let link = Arc::clone(self);
            runtime.spawn(Supervisor { link, connections }.run());
        }
    }

    /// Waits for the first attempt to connect; later ones are not waited for.
    pub(super) async fn ready(self: &Arc<Self>) {
        self.start();
        if self.health().state() == RedisState::Starting {
            let mut state = self.health().watch();
            let started = state.wait_for(|state| *state != RedisState::Starting);
            let _ = timeout(self.options.connect_timeout, started).await;
        }
    }

    /// Queues a message for Redis as soon as the window has room.
    pub(super) async fn post(
        &self,
        channel: Arc<str>,
        payload: Bytes,
    ) -> Result<Posted, BackplaneError> {
        let size = self.size(&payload);
        let window = Arc::clone(&self.window);
        let permit = match window.try_acquire_many_owned(size) {
            Ok(permit) => permit,
            Err(_) => {
                let room = Arc::clone(&self.window).acquire_many_owned(size);
                timeout(self.options.command_timeout, room)
                    .await
                    .map_err(|_| BackplaneError::Busy(self.options.command_timeout))?
                    // Never closed.
                    .map_err(|_| BackplaneError::Unavailable)?
            }
        };
        self.queue(channel, payload, permit)
    }

    /// Queues a message if there is room now. What finds none is dropped and counted: whoever waits
    /// for it has a time-out.
    pub(super) fn post_now(&self, channel: Arc<str>, payload: Bytes) {
        let size = self.size(&payload);
        let posted = Arc::clone(&self.window)
            .try_acquire_many_owned(size)
            .map_err(|_| BackplaneError::Busy(Duration::ZERO))
            .and_then(|permit| self.queue(Arc::clone(&channel), payload, permit));
        if let Err(error) = posted {
            self.health().count().dropped.add(1);
            tracing::warn!(%channel, %error, "an answer to another server was dropped");
        }
    }

    /// What a message takes of the window; one that is larger than it takes all.
    fn size(&self, payload: &Bytes) -> u32 {
        let most = self.options.publish_window.min(u32::MAX as usize);
        (payload.len() + OVERHEAD).min(most) as u32
    }

    fn queue(
        &self,
        channel: Arc<str>,
        payload: Bytes,
        permit: OwnedSemaphorePermit,
    ) -> Result<Posted, BackplaneError> {
        let (done, reply) = oneshot::channel();
        let (serve_own, session) = self.registry.post(Publish {
            channel,
            payload,
            echo: None,
            done,
            returned: None,
            is_probe: false,
            permit: Arc::new(permit),
        })?;
        Ok(Posted {
            serve_own,
            lost: session.lost,
            reply,
        })
    }

    /// Sends a message to this server itself and waits for it: messages come round, and all that
    /// were sent before have.
    pub(super) async fn probe(&self) -> Result<(), BackplaneError> {
        let Some(channel) = self.probed.get() else {
            return Ok(());
        };
        let limit = self.options.command_timeout;
        let (done, reply) = oneshot::channel();
        let (returned, is_back) = oneshot::channel();
        // Not part of the window: what fills that is looked for here.
        let permit = Arc::clone(&self.window)
            .try_acquire_many_owned(0)
            .map_err(|_| BackplaneError::Unavailable)?;
        let sent = Instant::now();
        self.registry.post(Publish {
            channel: Arc::clone(channel),
            payload: write_ack(0),
            echo: None,
            done,
            returned: Some(returned),
            is_probe: true,
            permit: Arc::new(permit),
        })?;
        let round = async {
            reply.await.unwrap_or(Err(BackplaneError::Lost))?;
            is_back.await.map_err(|_| BackplaneError::Lost)
        };
        timeout(limit, round)
            .await
            .map_err(|_| BackplaneError::Deaf(limit))??;
        self.health().round_trip(sent.elapsed());
        Ok(())
    }

    /// Waits until it is certain that no server is subscribed to a channel; for ever if one is, or
    /// if that cannot be found out.
    pub(super) async fn nobody(&self, channel: &str) {
        let complete = *lock(&self.complete_from);
        if let Some(complete) = complete {
            sleep_until(complete).await;
        }
        if self.subscribers(channel).await != Some(0) {
            std::future::pending::<()>().await;
        }
    }

    /// How many servers are subscribed to a channel; `None` if that cannot be found out.
    pub(super) async fn subscribers(&self, channel: &str) -> Option<i64> {
        let mut redis = lock(&self.inquiries).clone()?;
        let counts: RedisResult<Vec<Value>> = redis::cmd("PUBSUB")
            .arg("NUMSUB")
            .arg(channel)
            .query_async(&mut redis)
            .await;
        // RESP3 answers with a map, which reads as a list all the same.
        match counts.ok()?.last()? {
            Value::Int(count) => Some(*count),
            _ => None,
        }
    }

    /// Takes what the connection `generation` brings.
    pub(super) fn receive(&self, generation: u64, push: PushInfo) {
        if push.kind != PushKind::Message {
            return;
        }
        let mut data = push.data.into_iter();
        let (Some(Value::BulkString(channel)), Some(Value::BulkString(payload))) =
            (data.next(), data.next())
        else {
            return;
        };
        let Ok(channel) = std::str::from_utf8(&channel) else {
            return;
        };
        let payload = Bytes::from(payload);
        match self.registry.receive(generation, channel, &payload) {
            Received::Echo => self.health().count().echoes.add(1),
            Received::Probe | Received::Unknown => {}
            Received::Message(route) => {
                self.health().count().received.add(1);
                if let Some(hub) = route.hub.upgrade() {
                    hub.incoming(route.kind, &payload);
                }
            }
        }
    }
}

impl LinkGuard {
    /// A link that connects when it is [started](Link::start).
    pub(super) fn new(options: RedisOptions, client: redis::Client) -> Self {
        let window = options
            .publish_window
            .min(Semaphore::MAX_PERMITS)
            .min(u32::MAX as usize);
        Self(Arc::new(Link {
            registry: Registry::default(),
            window: Arc::new(Semaphore::new(window)),
            connections: Mutex::new(Some(Connections::new(client))),
            hubs: Mutex::default(),
            probed: OnceLock::new(),
            inquiries: Mutex::default(),
            complete_from: Mutex::default(),
            is_started: AtomicBool::new(false),
            stop: CancellationToken::new(),
            options,
        }))
    }
}

impl std::ops::Deref for LinkGuard {
    type Target = Arc<Link>;

    fn deref(&self) -> &Arc<Link> {
        &self.0
    }
}

impl Drop for LinkGuard {
    fn drop(&mut self) {
        self.0.stop.cancel();
    }
}
