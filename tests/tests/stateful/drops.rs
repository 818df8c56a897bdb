//! Nothing is lost and nothing comes twice, wherever a socket breaks.

use std::collections::BTreeMap;
use std::time::Duration;

use axum::http::StatusCode;
use serde_json::{Value, json};
use signalr::protocol::{HubProtocol, Outcome};
use tokio::time::{advance, timeout};

use super::client::{Client, Said};
use super::hub::{PATH, Server};
use super::network::Cut;

const DROPS: usize = 1000;

/// How long a round goes on after nothing more happens.
const QUIET: Duration = Duration::from_millis(20);

#[tokio::test(start_paused = true)]
async fn a_thousand_drops_in_json() {
    Traffic::begin(HubProtocol::Json).await.run().await;
}

#[tokio::test(start_paused = true)]
async fn a_thousand_drops_in_messagepack() {
    Traffic::begin(HubProtocol::MessagePack).await.run().await;
}

/// Numbers that are the same in every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % end as u64).expect("small")
    }
}

struct Traffic {
    server: Server,
    client: Client,
    random: Numbers,
    /// What the server has pushed to the group, and what has come of it.
    pushed: i64,
    received: i64,
    /// What the client has noted down.
    noted: i64,
    calls: i64,
    /// What is to come for each call.
    expected: BTreeMap<String, Expected>,
}

#[derive(Default)]
struct Expected {
    result: Value,
    /// The number of the next item, and how many there are.
    items: i64,
    of: i64,
}

impl Traffic {
    async fn begin(protocol: HubProtocol) -> Self {
        let mut server = Server::new();
        let mut client = Client::negotiate(&server.network, PATH, protocol).await;
        client.open().await.expect("a socket");
        client.shake_hands(2).await;
        assert_eq!(server.next().await, "joined");
        client.ask("remember", "Remember", &[&42]).await;
        Self {
            server,
            client,
            random: Numbers(0x5eed),
            pushed: 0,
            received: 0,
            noted: 0,
            calls: 0,
            expected: BTreeMap::new(),
        }
    }

    async fn run(mut self) {
        for _ in 0..DROPS {
            self.client_sends();
            self.server_sends().await;
            self.talk().await;
            self.client.cut.now();
            self.client.drop_socket();
            // Once in a while a second passes, and with it the server's acknowledgements.
            advance(Duration::from_millis(200)).await;
            let cut = Cut::after(self.random.below(4000), self.random.below(4000));
            self.resume(cut).await;
        }
        self.client.drop_socket();
        self.resume(Cut::default()).await;
        while self.received < self.pushed || !self.expected.is_empty() {
            let said = self.client.next().await.expect("a whole wire");
            self.heard(said);
        }
        for number in 0..self.noted {
            assert_eq!(self.server.next().await, number.to_string());
        }
        assert!(self.server.is_quiet());
        assert_eq!(self.client.ask("recall", "Recall", &[]).await, json!(42));
    }

    /// Calls, notes, uploads and streams.
    fn client_sends(&mut self) {
        for _ in 0..self.random.below(6) {
            let id = self.calls.to_string();
            self.calls += 1;
            let number = self.calls;
            let mut expected = Expected::default();
            match self.random.below(6) {
                0 => {
                    let text = "x".repeat(self.random.below(600));
                    self.client.queue_call(Some(&id), "Echo", &[&text]);
                    expected.result = json!(text);
                }
                1 => {
                    self.client
                        .queue_call(Some(&id), "NoteDown", &[&self.noted]);
                    self.noted += 1;
                }
                2 => {
                    self.client.queue_call(None, "NoteDown", &[&self.noted]);
                    self.noted += 1;
                    continue;
                }
                3 => {
                    self.upload(&id, "Total", [number, 1, 2]);
                    expected.result = json!(number + 3);
                }
                // The other items come when the upload has ended; they count all the same.
                4 => {
                    self.upload(&id, "First", [number, 1, 2]);
                    expected.result = json!(number);
                }
                _ => {
                    expected.of = 3;
                    self.client
                        .queue_invocation(Some(&id), "Numbers", &[&3], &[], true);
                }
            }
            self.expected.insert(id, expected);
        }
    }

    fn upload(&mut self, id: &str, target: &str, items: [i64; 3]) {
        let stream = format!("upload-{id}");
        self.client
            .queue_invocation(Some(id), target, &[], &[&stream], false);
        for item in items {
            self.client.queue_item(&stream, item);
        }
        self.client.queue_completion(&stream, Outcome::Void);
    }

    async fn server_sends(&mut self) {
        for _ in 0..self.random.below(6) {
            let sending = self.server.hub.clients().group("all");
            sending
                .send("Receive", (self.pushed,))
                .await
                .expect("it can be sent");
            self.pushed += 1;
        }
    }

    /// Sends and reads until the wire breaks or nothing more comes.
    async fn talk(&mut self) {
        if self.client.flush().await.is_err() {
            return;
        }
        while let Ok(Some(said)) = timeout(QUIET, self.client.next()).await {
            self.heard(said);
            if self.random.below(8) == 0 && self.client.acknowledge().await.is_err() {
                return;
            }
        }
    }

    /// Comes back; an upgrade that breaks is a drop like any other.
    async fn resume(&mut self, mut cut: Cut) {
        for _ in 0..100 {
            match self.client.resume(cut).await {
                // The wire was long enough for the upgrade, or it broke behind it.
                Ok(()) | Err(None) => {}
                Err(Some(status)) => assert_eq!(status, StatusCode::CONFLICT, "in use"),
            }
            if self.client.has_socket() {
                return;
            }
            advance(Duration::from_millis(10)).await;
            cut = Cut::default();
        }
        panic!("the server does not let the client come back");
    }

    fn heard(&mut self, said: Said) {
        match said {
            Said::Call { argument, .. } => {
                assert_eq!(argument, json!(self.received));
                self.received += 1;
            }
            Said::Item(id, item) => {
                let expected = self.expected.get_mut(&id).expect("a stream");
                assert_eq!(item, json!(expected.items));
                expected.items += 1;
            }
            Said::Completion(id, result) => {
                let expected = self.expected.remove(&id).expect("answered once");
                assert_eq!(result, Ok(expected.result), "{id}");
                assert_eq!(expected.items, expected.of, "{id}");
            }
            Said::Ack(_) | Said::Sequence(_) => {}
            Said::Close { .. } => panic!("{said:?}"),
        }
    }
}
