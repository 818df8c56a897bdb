use std::convert::Infallible;
use std::time::Instant;

use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Client, PushInfo, PushKind, RedisError, RedisResult, Value};
use tokio::sync::mpsc;

use super::latency::{Latency, MESSAGES, Times, paced};
use super::rate::BURST;

/// As many bytes as the same message has with a hub's two protocols.
const SIZE: usize = 96;

/// Redis by itself: one connection that publishes and one that is subscribed.
pub(super) struct Bare {
    publishing: MultiplexedConnection,
    _subscribed: MultiplexedConnection,
    /// When each message was sent, and when it came.
    messages: mpsc::UnboundedReceiver<(u64, Instant)>,
}

impl Bare {
    pub(super) async fn connect(address: &str) -> RedisResult<Self> {
        let (sender, messages) = mpsc::unbounded_channel();
        let config = AsyncConnectionConfig::new().set_push_sender(move |push: PushInfo| {
            if push.kind == PushKind::Message
                && let Some(Value::BulkString(payload)) = push.data.into_iter().nth(1)
                && let Some(sent) = payload.first_chunk()
            {
                let _ = sender.send((u64::from_le_bytes(*sent), Instant::now()));
            }
            Ok::<(), Infallible>(())
        });
        let client = Client::open(format!("{address}/?protocol=resp3"))?;
        let mut subscribed = client
            .get_multiplexed_async_connection_with_config(&config)
            .await?;
        subscribed.subscribe("bare").await?;
        Ok(Self {
            publishing: client
                .get_multiplexed_async_connection_with_config(
                    &AsyncConnectionConfig::new().set_response_timeout(None),
                )
                .await?,
            _subscribed: subscribed,
            messages,
        })
    }

    pub(super) async fn latency(mut self) -> RedisResult<Latency> {
        let began = Instant::now();
        let publishing = self.publishing;
        let sending = paced(move || {
            let mut redis = publishing.clone();
            async move {
                let mut payload = [0_u8; SIZE];
                let now = began.elapsed().as_nanos() as u64;
                payload[..8].copy_from_slice(&now.to_le_bytes());
                let _: i64 = redis::cmd("PUBLISH")
                    .arg("bare")
                    .arg(&payload[..])
                    .query_async(&mut redis)
                    .await
                    .expect("published");
            }
        });
        let reading = async {
            let mut times = Times::new();
            for _ in 0..MESSAGES {
                let (sent, came) = self.messages.recv().await.expect("it lives");
                times.record((came - began).as_nanos() as u64 - sent);
            }
            times.read()
        };
        let (latency, ()) = tokio::join!(reading, sending);
        Ok(latency)
    }

    /// Messages per second, published in pipelines.
    pub(super) async fn rate(mut self) -> RedisResult<f64> {
        const BATCH: usize = 512;
        let began = Instant::now();
        let payload = [0_u8; SIZE];
        let mut publishing = self.publishing;
        let sending = async {
            for _ in 0..BURST / BATCH {
                let mut commands = redis::pipe();
                for _ in 0..BATCH {
                    commands.cmd("PUBLISH").arg("bare").arg(&payload[..]);
                }
                commands.exec_async(&mut publishing).await?;
            }
            Ok::<(), RedisError>(())
        };
        let reading = async {
            for _ in 0..BURST / BATCH * BATCH {
                self.messages.recv().await;
            }
        };
        let (sent, ()) = tokio::join!(sending, reading);
        sent?;
        Ok(BURST as f64 / began.elapsed().as_secs_f64())
    }
}
