//! A bus on which somebody publishes what they like.

use signalr::HubProtocol;
use signalr::server::lifetime::Recipients;
use signalr::server::lifetime::spec::TestClient;

use crate::fleet::{HUB, servers};
use crate::reference::{NAME, QUESTION, SEND_HI, hex};
use crate::server::RedisServer;

/// The same numbers each time.
struct Luck(u64);

impl Luck {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit as u64) as usize
    }

    /// A payload with some of its bytes changed, lost or doubled.
    fn spoil(&mut self, payload: &[u8]) -> Vec<u8> {
        let mut spoilt = payload.to_vec();
        for _ in 0..=self.below(4) {
            if spoilt.is_empty() {
                break;
            }
            let at = self.below(spoilt.len());
            match self.below(4) {
                0 => spoilt[at] = self.below(256) as u8,
                1 => spoilt[at] ^= 1 << self.below(8),
                2 => spoilt.truncate(at),
                _ => spoilt.insert(at, self.below(256) as u8),
            }
        }
        spoilt
    }
}

/// What servers say to each other: group commands, acks, answers, questions of this project's own.
fn payloads() -> Vec<Vec<u8>> {
    let name: String = NAME.bytes().map(|byte| format!("{byte:02x}")).collect();
    let question: String = QUESTION.bytes().map(|byte| format!("{byte:02x}")).collect();
    let returns = format!("{HUB}:internal:return:{NAME}");
    let channel: String = returns.bytes().map(|byte| format!("{byte:02x}")).collect();
    [
        SEND_HI.to_owned(),
        format!(
            "94 90 {} b6{question} d9{:02x}{channel}",
            &SEND_HI[6..],
            returns.len()
        ),
        format!("95 01 d926{name} 01 a4 726f6f6d a1 63"),
        format!("95 02 d926{name} 02 a4 726f6f6d a1 63"),
        "91 07".to_owned(),
        "92 a4 6a736f6e c4 03 7b7d1e".to_owned(),
        format!("97 05 d926{name} 02 00 90 a0 c3"),
        format!("97 05 d926{name} 01 02 91 a4 726f6f6d a3 627965 c2"),
        format!("94 05 d926{name} cd0400 92 a1 61 a1 62"),
        "c1".to_owned(),
        "dd ff ff ff ff".to_owned(),
        "92 df ff ff ff ff".to_owned(),
    ]
    .iter()
    .map(|text| hex(text))
    .collect()
}

#[tokio::test]
async fn garbage_is_dropped_and_counted() {
    let Some(redis) = RedisServer::start("garbage on the bus") else {
        return;
    };
    let fleet = servers(&redis, 1, |options| options).await;
    let server = fleet.fleet.server(0);
    let client = TestClient::connect(server, "c", Some("ann"), HubProtocol::Json).await;
    let packed = TestClient::connect(server, "p", Some("ann"), HubProtocol::MessagePack).await;
    server.add_to_group("c", "room").await.expect("joined");

    let mut own = redis.client().await;
    let channels: Vec<String> = redis::cmd("PUBSUB")
        .arg("CHANNELS")
        .query_async(&mut own)
        .await
        .expect("a list");
    // The hub's six, two connections, a user and a group.
    assert_eq!(channels.len(), 10, "{channels:?}");
    let payloads = payloads();
    let mut luck = Luck(0x5EED);
    for _ in 0..200 {
        let mut batch = redis::pipe();
        for _ in 0..100 {
            let payload = &payloads[luck.below(payloads.len())];
            let payload = luck.spoil(payload);
            let channel = &channels[luck.below(channels.len())];
            batch.cmd("PUBLISH").arg(channel).arg(payload);
        }
        batch.exec_async(&mut own).await.expect("published");
        // What happens to be a message is one, and must not fill the queues.
        client.discard();
        packed.discard();
    }
    // Whoever was sent away by what happened to be a command may come again, and everything works.
    let mut again = TestClient::connect(server, "again", None, HubProtocol::Json).await;
    fleet.fleet.send(0, Recipients::All, "still here").await;
    assert_eq!(again.next().await, r#"Note("still here")"#);
    let counters = fleet.health[0].counters();
    assert!(counters.malformed > 5000, "{counters:?}");
    assert!(counters.received >= 15_000, "{counters:?}");
    assert_eq!((counters.connected, counters.failures), (1, 0));

    server.add_to_group("again", "room").await.expect("joined");
    let census = server.census(Recipients::All).await.expect("a census");
    assert!(census.is_complete && census.servers == 1, "{census:?}");
}
