use std::sync::Arc;

use redis::RedisResult;
use redis::aio::MultiplexedConnection;
use tokio_util::sync::CancellationToken;

use super::link::Link;
use super::supervisor::is_refusal;

/// How many channels one command subscribes to.
const BATCH: usize = 500;

/// Keeps Redis' list of this server's subscriptions as the registry wants it.
pub(super) struct Subscriber {
    pub(super) link: Arc<Link>,
    pub(super) redis: MultiplexedConnection,
    pub(super) lost: CancellationToken,
}

impl Subscriber {
    /// Runs until the connection is lost.
    pub(super) async fn run(mut self) {
        loop {
            if let Err(error) = self.settle().await {
                tracing::debug!(%error, "subscribing failed");
                self.lost.cancel();
            }
            tokio::select! {
                biased;
                () = self.lost.cancelled() => return,
                () = self.link.registry().changed.notified() => {}
            }
        }
    }

    /// Subscribes and unsubscribes until nothing is left to do.
    ///
    /// # Errors
    /// The connection is lost.
    pub(super) async fn settle(&mut self) -> RedisResult<()> {
        loop {
            let work = self.link.registry().work(BATCH);
            if work.subscribe.is_empty() && work.unsubscribe.is_empty() {
                return Ok(());
            }
            if !work.subscribe.is_empty() {
                self.subscribe(&work.subscribe).await?;
            }
            if !work.unsubscribe.is_empty() {
                self.redis.unsubscribe(names(&work.unsubscribe)).await?;
                self.link.registry().unsubscribed(&work.unsubscribe);
            }
        }
    }

    async fn subscribe(&mut self, channels: &[Arc<str>]) -> RedisResult<()> {
        match self.redis.subscribe(names(channels)).await {
            Ok(()) => {
                self.link.registry().subscribed(channels);
                Ok(())
            }
            Err(error) if is_refusal(&error) => match channels {
                [channel] if self.link.registry().is_essential(channel) => Err(error),
                [channel] => {
                    tracing::error!(%channel, %error, "Redis refuses a subscription");
                    self.link.registry().refused(channel, &error.to_string());
                    Ok(())
                }
                // Perhaps only one of them is refused.
                several => {
                    for channel in several {
                        Box::pin(self.subscribe(std::slice::from_ref(channel))).await?;
                    }
                    Ok(())
                }
            },
            Err(error) => Err(error),
        }
    }
}

fn names(channels: &[Arc<str>]) -> Vec<&str> {
    channels.iter().map(|channel| &**channel).collect()
}
