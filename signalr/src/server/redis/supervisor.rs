//! The connections to Redis, from the first to the last.

use std::sync::Arc;

use redis::aio::MultiplexedConnection;
use redis::{RedisError, RedisResult, Value};
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use super::backoff::Backoff;
use super::connect::Connections;
use super::link::Link;
use super::publisher::Publisher;
use super::session::Session;
use super::subscriber::Subscriber;
use crate::connection::lock;

/// Keeps a link connected.
pub(super) struct Supervisor {
    pub(super) link: Arc<Link>,
    pub(super) connections: Connections,
}

impl Supervisor {
    /// Runs until the link is stopped.
    pub(super) async fn run(mut self) {
        let link = Arc::clone(&self.link);
        let mut backoff = Backoff::new(link.options().first_retry, link.options().longest_retry);
        let mut was_connected = false;
        loop {
            let generation = link.registry().begin();
            let lost = CancellationToken::new();
            let opened = tokio::select! {
                biased;
                () = link.stop.cancelled() => return,
                opened = self.open(generation, &lost) => opened,
            };
            let since = Instant::now();
            let why = match opened {
                Ok(publishing) => {
                    if std::mem::replace(&mut was_connected, true) {
                        let others = link.options().longest_retry.mul_f64(1.5);
                        *lock(&link.complete_from) = Some(since + others);
                    }
                    link.health().up();
                    tracing::info!("connected to Redis");
                    self.watch(publishing, &lost).await
                }
                Err(why) => why,
            };
            lost.cancel();
            *lock(&link.inquiries) = None;
            link.registry().close();
            for hub in link.hubs() {
                hub.link_lost();
            }
            if link.stop.is_cancelled() {
                return;
            }
            if link.health().down(&why) {
                tracing::error!(%why, "the connection to Redis failed; trying to restore it");
            } else {
                tracing::debug!(%why, "connecting to Redis failed once more");
            }
            tokio::select! {
                () = link.stop.cancelled() => return,
                () = sleep(backoff.after(since.elapsed())) => {}
            }
        }
    }

    /// Connects and restores all subscriptions; only then may anybody publish. Done when a first
    /// message has come round.
    async fn open(
        &mut self,
        generation: u64,
        lost: &CancellationToken,
    ) -> Result<MultiplexedConnection, String> {
        let publishing = self.restore(generation, lost).await;
        let mut publishing = publishing.map_err(|error| error.to_string())?;
        tokio::select! {
            biased;
            () = lost.cancelled() => return Err(LOST.to_owned()),
            seen = self.look(&mut publishing) => seen?,
        }
        Ok(publishing)
    }

    async fn restore(
        &mut self,
        generation: u64,
        lost: &CancellationToken,
    ) -> RedisResult<MultiplexedConnection> {
        let options = self.link.options();
        let publishing = self.connections.publisher(options).await?;
        let link = Arc::downgrade(&self.link);
        let receive = move |push| {
            if let Some(link) = link.upgrade() {
                link.receive(generation, push);
            }
        };
        let redis = self
            .connections
            .subscriber(options, lost.clone(), receive)
            .await?;
        let (queue, messages) = mpsc::unbounded_channel();
        let session = Session {
            queue,
            lost: lost.clone(),
        };
        let mut subscriber = Subscriber {
            link: Arc::clone(&self.link),
            redis,
            lost: lost.clone(),
        };
        loop {
            subscriber.settle().await?;
            if self.link.registry().open(&session) {
                break;
            }
        }
        *lock(&self.link.inquiries) = Some(publishing.clone());
        tokio::spawn(subscriber.run());
        let publisher = Publisher {
            link: Arc::clone(&self.link),
            generation,
            redis: publishing.clone(),
            lost: lost.clone(),
        };
        tokio::spawn(publisher.run(messages));
        Ok(publishing)
    }

    /// Waits for the connections' end; why it came.
    async fn watch(
        &self,
        mut publishing: MultiplexedConnection,
        lost: &CancellationToken,
    ) -> String {
        loop {
            tokio::select! {
                biased;
                () = self.link.stop.cancelled() => return "the server has ended".to_owned(),
                () = lost.cancelled() => return LOST.to_owned(),
                () = sleep(self.link.options().ping_interval) => {}
            }
            tokio::select! {
                biased;
                () = lost.cancelled() => return LOST.to_owned(),
                seen = self.look(&mut publishing) => if let Err(why) = seen {
                    return why;
                }
            }
        }
    }

    /// Whether what this server publishes reaches the others, as far as can be seen from here.
    async fn look(&self, publishing: &mut MultiplexedConnection) -> Result<(), String> {
        if is_replica(publishing)
            .await
            .map_err(|error| error.to_string())?
        {
            return Err(REPLICA.to_owned());
        }
        self.link.probe().await.map_err(|error| error.to_string())
    }
}

const LOST: &str = "the connection was lost";

/// A primary that has been replaced keeps its connections, but sends on nothing to the new one.
const REPLICA: &str = "this Redis is a replica: what is published there does not reach the primary";

async fn is_replica(redis: &mut MultiplexedConnection) -> RedisResult<bool> {
    let role: RedisResult<Vec<Value>> = redis::cmd("ROLE").query_async(redis).await;
    match role {
        Ok(role) => Ok(matches!(role.first(), Some(Value::BulkString(role)) if role == b"slave")),
        Err(error) if is_refusal(&error) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Redis answers, but does not want to.
pub(super) fn is_refusal(error: &RedisError) -> bool {
    let is_lost = error.is_io_error() || error.is_timeout() || error.is_connection_dropped();
    !is_lost && !error.is_unrecoverable_error()
}
