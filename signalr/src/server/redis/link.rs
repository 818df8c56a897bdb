//! The connections to Redis, from the first to the last.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, Weak};
use std::time::Duration;

use bytes::Bytes;
use redis::aio::MultiplexedConnection;
use redis::{PushInfo, PushKind, RedisError, RedisResult, Value};
use tokio::runtime::Handle;
use tokio::sync::{Semaphore, mpsc, oneshot};
use tokio::time::{Instant, sleep, sleep_until, timeout};
use tokio_util::sync::CancellationToken;

use super::connect::Connections;
use super::error::BackplaneError;
use super::health::{RedisHealth, RedisState};
use super::lifetime::RedisLifetime;
use super::options::RedisOptions;
use super::publisher::Publisher;
use super::registry::{Publish, Received, Registry, Session};
use super::subscriber::Subscriber;
use crate::connection::lock;

/// This server's way to the others, shared by its hubs.
pub(super) struct Link {
    options: RedisOptions,
    registry: Registry,
    /// Room for messages under way, in bytes.
    window: Arc<Semaphore>,
    connections: Mutex<Option<Connections>>,
    hubs: Mutex<Vec<Weak<RedisLifetime>>>,
    /// The connection for what is neither published nor subscribed to.
    inquiries: Mutex<Option<MultiplexedConnection>>,
    /// From when on it counts that nobody is subscribed to a channel: servers that lost Redis
    /// together are back by then.
    complete_from: Mutex<Option<Instant>>,
    is_started: AtomicBool,
    stop: CancellationToken,
}

/// Ends the connections with the last hub.
pub(super) struct LinkGuard(Arc<Link>);

/// A message that is in the publisher's queue.
pub(super) struct Posted {
    /// The copy that comes back will be dropped: the clients of this server have to be served now.
    pub(super) is_echoed: bool,
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

    /// Adds a hub that is told when the connection is lost.
    pub(super) fn serve(&self, hub: Weak<RedisLifetime>) {
        lock(&self.hubs).push(hub);
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
            runtime.spawn(Arc::clone(self).supervise(connections));
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

    fn size(&self, payload: &Bytes) -> u32 {
        let most = self.options.publish_window.min(u32::MAX as usize);
        payload.len().clamp(1, most) as u32
    }

    fn queue(
        &self,
        channel: Arc<str>,
        payload: Bytes,
        permit: tokio::sync::OwnedSemaphorePermit,
    ) -> Result<Posted, BackplaneError> {
        let (done, reply) = oneshot::channel();
        let (is_echoed, session) = self.registry.post(Publish {
            channel,
            payload,
            echo: None,
            done,
            permit: Arc::new(permit),
        })?;
        Ok(Posted {
            is_echoed,
            lost: session.lost,
            reply,
        })
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

    fn receive(&self, generation: u64, push: PushInfo) {
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
            Received::Unknown => {}
            Received::Message(route) => {
                self.health().count().received.add(1);
                if let Some(hub) = route.hub.upgrade() {
                    hub.incoming(route.kind, &payload);
                }
            }
        }
    }

    async fn supervise(self: Arc<Self>, mut connections: Connections) {
        let mut delay = Duration::ZERO;
        let mut was_connected = false;
        loop {
            let generation = self.registry.begin();
            let lost = CancellationToken::new();
            let opened = tokio::select! {
                biased;
                () = self.stop.cancelled() => return,
                opened = self.open(&mut connections, generation, &lost) => opened,
            };
            let why = match opened {
                Ok(running) => {
                    delay = Duration::ZERO;
                    if std::mem::replace(&mut was_connected, true) {
                        let others = self.options.longest_retry.mul_f64(1.5);
                        *lock(&self.complete_from) = Some(Instant::now() + others);
                    }
                    self.health().up();
                    tracing::info!("connected to Redis");
                    running.end().await
                }
                Err(error) => error.to_string(),
            };
            lost.cancel();
            *lock(&self.inquiries) = None;
            self.registry.close();
            for hub in lock(&self.hubs).iter().filter_map(Weak::upgrade) {
                hub.link_lost();
            }
            if self.stop.is_cancelled() {
                return;
            }
            if self.health().down(&why) {
                tracing::error!(%why, "the connection to Redis failed; trying to restore it");
            } else {
                tracing::debug!(%why, "connecting to Redis failed once more");
            }
            tokio::select! {
                () = self.stop.cancelled() => return,
                () = sleep(jittered(delay)) => {}
            }
            delay = (delay * 2).clamp(self.options.first_retry, self.options.longest_retry);
        }
    }

    /// Connects and restores all subscriptions; only then may anybody publish.
    async fn open<'a>(
        self: &'a Arc<Self>,
        connections: &mut Connections,
        generation: u64,
        lost: &CancellationToken,
    ) -> Result<Running<'a>, RedisError> {
        let publishing = connections.publisher(&self.options).await?;
        let link = Arc::downgrade(self);
        let subscribed = connections
            .subscriber(&self.options, lost.clone(), move |push| {
                if let Some(link) = link.upgrade() {
                    link.receive(generation, push);
                }
            })
            .await?;
        let (queue, messages) = mpsc::unbounded_channel();
        let session = Session {
            queue,
            lost: lost.clone(),
        };
        let mut subscriber = Subscriber {
            link: Arc::clone(self),
            redis: subscribed.clone(),
            lost: lost.clone(),
        };
        loop {
            subscriber.settle().await?;
            if self.registry.open(&session) {
                break;
            }
        }
        *lock(&self.inquiries) = Some(publishing.clone());
        tokio::spawn(subscriber.run());
        let publisher = Publisher {
            link: Arc::clone(self),
            generation,
            redis: publishing.clone(),
            lost: lost.clone(),
        };
        tokio::spawn(publisher.run(messages));
        Ok(Running {
            link: self,
            pinged: [publishing, subscribed],
            lost: lost.clone(),
        })
    }
}

/// A pair of connections at work.
struct Running<'a> {
    link: &'a Link,
    pinged: [MultiplexedConnection; 2],
    lost: CancellationToken,
}

impl Running<'_> {
    /// Waits for the end; why it came.
    async fn end(mut self) -> String {
        loop {
            tokio::select! {
                biased;
                () = self.link.stop.cancelled() => return "the server has ended".to_owned(),
                () = self.lost.cancelled() => return "the connection was lost".to_owned(),
                () = sleep(self.link.options.ping_interval) => {}
            }
            let [publishing, subscribed] = &mut self.pinged;
            let pinged = tokio::select! {
                biased;
                () = self.lost.cancelled() => continue,
                pinged = async { tokio::try_join!(ping(publishing), ping(subscribed)) } => pinged,
            };
            if let Err(error) = pinged {
                return error.to_string();
            }
        }
    }
}

async fn ping(redis: &mut MultiplexedConnection) -> RedisResult<()> {
    redis::cmd("PING").query_async::<Value>(redis).await?;
    Ok(())
}

/// Servers that lost Redis together come back one after the other.
fn jittered(delay: Duration) -> Duration {
    let mut byte = [0];
    // Without random numbers the delay is what it is.
    let _ = getrandom::fill(&mut byte);
    delay.mul_f64(0.75 + f64::from(byte[0]) / 512.0)
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
