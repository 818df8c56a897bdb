use std::sync::Arc;

use futures_util::future::FutureExt;
use futures_util::stream::{FuturesUnordered, StreamExt};
use redis::aio::MultiplexedConnection;
use redis::{Pipeline, RedisError, Value};
use tokio::sync::mpsc::UnboundedReceiver;
use tokio_util::sync::CancellationToken;

use super::error::BackplaneError;
use super::link::Link;
use super::session::{Answered, Publish};

/// How many messages go to Redis as one write.
const BATCH: usize = 512;

/// How many writes wait for their answers.
const WRITES: usize = 8;

/// Sends what is in the queue, in order, many messages at a time.
pub(super) struct Publisher {
    pub(super) link: Arc<Link>,
    pub(super) generation: u64,
    pub(super) redis: MultiplexedConnection,
    pub(super) lost: CancellationToken,
}

impl Publisher {
    /// Runs until the connection is lost.
    pub(super) async fn run(self, mut queue: UnboundedReceiver<Publish>) {
        let mut writes = FuturesUnordered::new();
        let mut batch = Vec::new();
        let mut under_way = 0;
        loop {
            tokio::select! {
                biased;
                () = self.lost.cancelled() => break,
                Some((batch, replies)) = writes.next() => {
                    under_way -= self.replied(batch, replies);
                }
                count = queue.recv_many(&mut batch, BATCH), if writes.len() < WRITES => {
                    if count == 0 {
                        break;
                    }
                    let mut write = self.write(std::mem::take(&mut batch)).boxed();
                    // Once polled it has its place in the connection's queue, before all later ones.
                    match write.as_mut().now_or_never() {
                        Some((batch, replies)) => {
                            self.replied(batch, replies);
                        }
                        None => {
                            under_way += count;
                            writes.push(write);
                        }
                    }
                }
            }
        }
        // Whoever waits for an answer learns from the dropped channel that there is none.
        queue.close();
        let mut lost = under_way;
        while queue.try_recv().is_ok() {
            lost += 1;
        }
        self.link.health().count().publish_failures.add(lost);
    }

    fn write(
        &self,
        batch: Vec<Publish>,
    ) -> impl Future<Output = (Vec<Publish>, Result<Vec<Value>, RedisError>)> + Send + use<> {
        let mut redis = self.redis.clone();
        async move {
            let mut commands = Pipeline::with_capacity(batch.len());
            for publish in &batch {
                commands
                    .cmd("PUBLISH")
                    .arg(&*publish.channel)
                    .arg(&publish.payload[..]);
            }
            let count = batch.len();
            let replies = redis.send_packed_commands(&commands, 0, count).await;
            (batch, replies)
        }
    }

    /// Tells those who wait; how many they are.
    fn replied(&self, batch: Vec<Publish>, replies: Result<Vec<Value>, RedisError>) -> usize {
        let count = batch.len();
        let replies = match replies {
            Ok(replies) => replies,
            Err(error) => {
                tracing::debug!(%error, "publishing failed");
                self.link.health().count().publish_failures.add(count);
                self.lost.cancel();
                return count;
            }
        };
        let outcomes: Vec<_> = batch
            .into_iter()
            .zip(replies)
            .map(|(publish, reply)| {
                let outcome = match reply {
                    Value::Int(receivers) => Ok(receivers),
                    Value::ServerError(error) => Err(BackplaneError::Refused(error.to_string())),
                    other => Err(BackplaneError::Refused(format!("{other:?}"))),
                };
                (publish, outcome)
            })
            .collect();
        self.link.registry().answered(
            self.generation,
            outcomes.iter().filter_map(|(publish, outcome)| {
                Some(Answered {
                    channel: Arc::clone(&publish.channel),
                    echo: publish.echo?,
                    accepted: outcome.is_ok(),
                })
            }),
        );
        let (mut accepted, mut failed) = (0, 0);
        for (publish, outcome) in outcomes {
            match outcome {
                Ok(_) if publish.is_probe => {}
                Ok(_) => accepted += 1,
                Err(_) => failed += 1,
            }
            let _ = publish.done.send(outcome);
        }
        let counters = self.link.health().count();
        counters.published.add(accepted);
        counters.publish_failures.add(failed);
        count
    }
}
