//! An ASP.NET Core server as Redis sees it: the bytes it publishes and those it expects.

use std::time::Duration;

use redis::{PushInfo, PushKind, Value};
use tokio::sync::mpsc;
use tokio::time::timeout;

use crate::fleet::HUB;
use crate::server::RedisServer;

/// The name that it gives itself.
pub(crate) const NAME: &str = "web-1_02db60e5fab243b890a847fa5c4dcb29";

/// The id of a question that it asks.
pub(crate) const QUESTION: &str = "1dfFyd46Ek+VbYQ3HlqJFw";

pub(crate) struct ReferenceServer {
    redis: redis::aio::MultiplexedConnection,
    subscribed: redis::aio::MultiplexedConnection,
    messages: mpsc::UnboundedReceiver<PushInfo>,
}

impl ReferenceServer {
    /// It has subscribed to what every server is subscribed to.
    pub(crate) async fn start(server: &RedisServer) -> Self {
        let (sender, messages) = mpsc::unbounded_channel();
        let config = redis::AsyncConnectionConfig::new().set_push_sender(sender);
        let address = format!("{}/?protocol=resp3", server.address());
        let subscribed = redis::Client::open(address)
            .expect("an address")
            .get_multiplexed_async_connection_with_config(&config)
            .await
            .expect("Redis answers");
        let mut reference = Self {
            redis: server.client().await,
            subscribed,
            messages,
        };
        for channel in [
            format!("{HUB}:all"),
            format!("{HUB}:internal:groups"),
            format!("{HUB}:internal:ack:{NAME}"),
            format!("{HUB}:internal:return:{NAME}"),
        ] {
            reference.subscribe(&channel).await;
        }
        reference
    }

    pub(crate) async fn subscribe(&mut self, channel: &str) {
        self.subscribed
            .subscribe(channel)
            .await
            .expect("subscribed");
    }

    /// Publishes to a channel of the hub; how many servers have got it.
    pub(crate) async fn publish(&mut self, channel: &str, payload: &[u8]) -> i64 {
        redis::cmd("PUBLISH")
            .arg(format!("{HUB}:{channel}"))
            .arg(payload)
            .query_async(&mut self.redis)
            .await
            .expect("published")
    }

    /// How many servers are subscribed to a channel of the hub.
    pub(crate) async fn subscribers(&mut self, channel: &str) -> i64 {
        let (_, count): (String, i64) = redis::cmd("PUBSUB")
            .arg("NUMSUB")
            .arg(format!("{HUB}:{channel}"))
            .query_async(&mut self.redis)
            .await
            .expect("a count");
        count
    }

    /// The next message: its channel without the hub, and its payload.
    pub(crate) async fn next(&mut self) -> (String, Vec<u8>) {
        loop {
            let push = timeout(Duration::from_secs(10), self.messages.recv())
                .await
                .expect("a message in time")
                .expect("a connection");
            if push.kind != PushKind::Message {
                continue;
            }
            let mut data = push.data.into_iter();
            let (Some(Value::BulkString(channel)), Some(Value::BulkString(payload))) =
                (data.next(), data.next())
            else {
                panic!("no message");
            };
            let channel = String::from_utf8(channel).expect("a name");
            let channel = channel
                .strip_prefix(HUB)
                .and_then(|channel| channel.strip_prefix(':'))
                .expect("a channel of the hub");
            return (channel.to_owned(), payload);
        }
    }
}

pub(crate) fn hex(text: &str) -> Vec<u8> {
    let digits: String = text.split_whitespace().collect();
    (0..digits.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&digits[at..at + 2], 16).expect("hex"))
        .collect()
}

/// `SendAsync("Send", "hi")` in both protocols, with nobody excluded.
pub(crate) const SEND_HI: &str = "92 90 82 a4 6a736f6e c4 2e
    7b2274797065223a312c22746172676574223a2253656e64222c22617267756d656e7473223a5b226869225d7d1e
    ab 6d6573736167657061636b c4 0f 0e 96 01 80 c0 a4 53656e64 91 a2 6869 90";

/// The same with connections left out.
pub(crate) fn send_hi_but(excluded: &[&str]) -> Vec<u8> {
    let mut payload = vec![0x92, 0x90 | u8::try_from(excluded.len()).expect("a few")];
    for id in excluded {
        payload.push(0xA0 | u8::try_from(id.len()).expect("a short id"));
        payload.extend_from_slice(id.as_bytes());
    }
    payload.extend_from_slice(&hex(SEND_HI)[2..]);
    payload
}
