use std::sync::Arc;
use std::time::{Duration, Instant};

use signalr::HubProtocol;
use signalr::server::lifetime::spec::TestClient;
use signalr::server::lifetime::{EncodedMessage, LifetimeManager, Recipients};
use signalr::server::redis::RedisHealth;
use tokio::task::JoinSet;
use tokio::time::sleep;

pub(super) const BURST: usize = 256 * 1000;
const SENDERS: usize = 256;

/// Messages per second from many senders at once, all of which come to a client of `to`, as that
/// server's health tells.
pub(super) async fn of(
    from: &Arc<dyn LifetimeManager>,
    to: &Arc<dyn LifetimeManager>,
    heard: &RedisHealth,
) -> f64 {
    let client = TestClient::connect(to, "c", None, HubProtocol::MessagePack).await;
    to.add_to_group("c", "g").await.expect("joined");
    let before = heard.counters().received;
    let began = Instant::now();
    let mut senders = JoinSet::new();
    for _ in 0..SENDERS {
        let server = Arc::clone(from);
        senders.spawn(async move {
            for number in 0..BURST / SENDERS {
                let to = Recipients::Group("g".into());
                let message =
                    EncodedMessage::invocation(server.protocols(&to), None, "Note", &[&number])
                        .expect("a number");
                server.send(to, message).await.expect("sent");
            }
        });
    }
    while heard.counters().received - before < BURST as u64 {
        client.discard();
        sleep(Duration::from_millis(1)).await;
    }
    let rate = BURST as f64 / began.elapsed().as_secs_f64();
    senders.join_all().await;
    assert!(!client.has_ended(), "it was too slow");
    client.leave().await;
    rate
}
