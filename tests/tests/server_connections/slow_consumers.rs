//! What an application may choose for clients that do not read.
//!
//! One client reads all along and one does not. Time stands still unless everybody waits, so a send
//! during which none has passed has waited for nobody.

use std::collections::HashMap;
use std::time::Duration;

use serde_json::{Value, json};
use signalr::server::lifetime::{EncodedMessage, InProcess, ProtocolSet, Recipients};
use signalr::server::{SlowConsumerCounts, SlowConsumers};
use signalr::{HubContext, HubOptions, HubProtocol};
use tokio::time::{Instant, sleep};

use super::lab::{Joining, Lab, LabHub};
use super::peer::Peer;

/// As many messages of 1000 bytes as fit nowhere.
const MANY: usize = 400;

struct Stage {
    lab: Lab,
    hub: HubContext<LabHub>,
    quick: Peer,
    stuck: Peer,
}

impl Stage {
    async fn new(policy: SlowConsumers) -> Self {
        Self::with(|options| options.slow_consumers = policy).await
    }

    async fn with(configure: impl FnOnce(&mut HubOptions) + 'static) -> Self {
        let lab = Lab::with(configure, Joining::Plain);
        let quick = Peer::connect(&lab).await;
        let stuck = Peer::connect(&lab).await;
        Self {
            hub: lab.signalr.context(),
            lab,
            quick,
            stuck,
        }
    }

    /// Sends one message to all; the one who reads gets it, and nobody waits.
    async fn send(&mut self, number: usize, text: &str) {
        let before = Instant::now();
        let sent = self.hub.clients().all().send("Receive", (number, text));
        sent.await.expect("a send that cannot fail");
        let message = self.quick.next().await.expect("a message");
        assert_eq!(message["arguments"][0], number);
        assert_eq!(before.elapsed(), Duration::ZERO, "somebody waited");
    }

    async fn send_many(&mut self) {
        let text = "x".repeat(1000);
        for number in 0..MANY {
            self.send(number, &text).await;
        }
    }

    /// A message on the wire that the other client does not take, behind which others wait.
    async fn block(&mut self) {
        self.send(0, &"x".repeat(100_000)).await;
        quiet().await;
    }

    /// The numbers of the messages that the other client finds when it reads, to the last one that is
    /// sent after that.
    async fn found(&mut self) -> Vec<u64> {
        let last = self.hub.clients().all().send("Receive", (u64::MAX,));
        let mut found = Vec::new();
        let mut sending = Some(last);
        loop {
            let message = self.stuck.next().await.expect("a message");
            if let Some(last) = sending.take() {
                // It reads again.
                quiet().await;
                last.await.expect("a send that cannot fail");
            }
            match number(&message) {
                u64::MAX => return found,
                number => found.push(number),
            }
        }
    }

    fn counts(&self) -> SlowConsumerCounts {
        self.lab.signalr.slow_consumers()
    }

    fn dropped(&self) -> u64 {
        self.counts().dropped_messages
    }
}

fn number(message: &Value) -> u64 {
    message["arguments"][0].as_u64().expect("a number")
}

/// Nobody has anything to do any more: only then does time go on.
async fn quiet() {
    sleep(Duration::from_millis(1)).await;
}

/// How many numbers from `first` on come one after the other.
fn run(numbers: &[u64], first: u64) -> usize {
    numbers
        .iter()
        .zip(first..)
        .take_while(|(number, expected)| **number == *expected)
        .count()
}

#[tokio::test(start_paused = true)]
async fn the_oldest_messages_are_dropped() {
    let mut stage = Stage::new(SlowConsumers::DropOldest).await;
    stage.send_many().await;
    let dropped = stage.dropped();
    assert!(dropped > 0);
    let found = stage.found().await;
    assert_eq!(found.len() as u64 + dropped, MANY as u64);
    // What was on its way, and the newest.
    let first = run(&found, 0);
    assert!(first > 0);
    assert_eq!(run(&found[first..], found[first]), found.len() - first);
    assert_eq!(found.last(), Some(&(MANY as u64 - 1)));
    assert_eq!(stage.dropped(), dropped, "nothing more once it reads");
    assert_eq!(stage.counts().ended_connections, 0);
}

#[tokio::test(start_paused = true)]
async fn the_newest_messages_are_dropped() {
    let mut stage = Stage::new(SlowConsumers::DropNewest).await;
    stage.send_many().await;
    let dropped = stage.dropped();
    assert!(dropped > 0);
    let found = stage.found().await;
    assert_eq!(found.len() as u64 + dropped, MANY as u64);
    assert_eq!(run(&found, 0), found.len());
    assert_eq!(stage.counts().ended_connections, 0);
}

#[tokio::test(start_paused = true)]
async fn the_latest_message_of_each_key_is_kept() {
    let policy = SlowConsumers::keep_latest_by(|message| {
        assert_eq!(message.target(), "Receive");
        let number: u64 = message.argument(0)?;
        (number < u64::MAX).then(|| (number % 10).to_string())
    });
    let mut stage = Stage::new(policy).await;
    stage.send_many().await;
    let dropped = stage.dropped();
    assert!(dropped > 0);
    let found = stage.found().await;
    assert_eq!(found.len() as u64 + dropped, MANY as u64);
    assert!(found.is_sorted(), "in the order in which they were sent");
    let mut latest = HashMap::new();
    for number in found {
        latest.insert(number % 10, number);
    }
    for key in 0..10 {
        assert_eq!(latest[&key], MANY as u64 - 10 + key);
    }
}

#[tokio::test(start_paused = true)]
async fn the_latest_call_of_each_method_is_kept_unless_another_key_is_named() {
    let mut stage = Stage::with(|options| {
        options.slow_consumers = SlowConsumers::KeepLatest(Default::default());
        options.maximum_queued_messages_per_client = Some(3);
    })
    .await;
    stage.block().await;
    for (target, number) in [("A", 1), ("B", 2), ("A", 3), ("A", 4), ("B", 5), ("A", 6)] {
        let sent = stage.hub.clients().all().send(target, (number,));
        sent.await.expect("a send that cannot fail");
    }
    // Three find room; then one is enough for each method.
    assert_eq!(stage.dropped(), 4);
    assert_eq!(stage.found().await, [0, 5, 6]);
}

#[tokio::test(start_paused = true)]
async fn of_more_keys_than_there_is_room_for_the_oldest_are_dropped() {
    let mut stage = Stage::with(|options| {
        options.slow_consumers = SlowConsumers::keep_latest_by(|message| {
            message.argument::<u64>(0).map(|number| number.to_string())
        });
        options.maximum_queued_messages_per_client = Some(3);
    })
    .await;
    stage.block().await;
    for number in [1, 2, 3, 4, 3, 5, 4] {
        stage.send(number, "").await;
    }
    assert_eq!(stage.dropped(), 4);
    assert_eq!(stage.found().await, [0, 3, 5, 4]);
}

#[tokio::test(start_paused = true)]
async fn a_client_that_does_not_read_is_let_go() {
    let mut stage = Stage::new(SlowConsumers::Disconnect).await;
    stage.send_many().await;
    let mut expected = SlowConsumerCounts::default();
    expected.ended_connections = 1;
    assert_eq!(stage.counts(), expected);
    assert_eq!(
        stage.lab.seen().await,
        "left: The client was too slow to take its messages."
    );
    // It finds what there was room for, and why it is alone.
    let mut numbers = 0..;
    let close = loop {
        let message = stage.stuck.next().await.expect("a last word");
        if message["type"] == 7 {
            break message;
        }
        assert_eq!(number(&message), numbers.next().expect("no end"));
    };
    assert_eq!(close["allowReconnect"], true);
    assert_eq!(stage.stuck.next().await, None);
    stage.send(MANY, "still there").await;
    assert_eq!(stage.counts(), expected, "counted once");
}

#[tokio::test(start_paused = true)]
async fn senders_wait_until_the_client_is_dropped() {
    let mut stage = Stage::new(SlowConsumers::Wait).await;
    let before = Instant::now();
    let text = "x".repeat(1000);
    for number in 0..MANY {
        let sent = stage.hub.clients().all().send("Receive", (number, &text));
        sent.await.expect("a send that cannot fail");
        let message = stage.quick.next().await.expect("a message");
        assert_eq!(message["arguments"][0], number);
    }
    let waited = before.elapsed();
    assert!(
        (Duration::from_secs(10)..=Duration::from_secs(12)).contains(&waited),
        "{waited:?}"
    );
    assert_eq!(stage.counts().ended_connections, 1);
    assert_eq!(stage.dropped(), 0);
}

#[tokio::test(start_paused = true)]
async fn the_number_of_messages_is_limited_too() {
    let policies = [
        (SlowConsumers::DropOldest, vec![0, 3, 4, 5]),
        (SlowConsumers::DropNewest, vec![0, 1, 2, 3]),
    ];
    for (policy, expected) in policies {
        let mut stage = Stage::with(|options| {
            options.slow_consumers = policy;
            options.maximum_queued_messages_per_client = Some(3);
        })
        .await;
        stage.block().await;
        for number in 1..=5 {
            stage.send(number, "").await;
        }
        assert_eq!(stage.dropped(), 2);
        assert_eq!(stage.found().await, expected);
    }
}

#[tokio::test(start_paused = true)]
async fn senders_wait_for_room_for_a_number_of_messages() {
    let mut stage = Stage::with(|options| {
        options.maximum_queued_messages_per_client = Some(3);
    })
    .await;
    stage.send(0, &"x".repeat(60_000)).await;
    quiet().await;
    // On its way, and does not go as far; it counts.
    stage.send(1, &"x".repeat(30_000)).await;
    quiet().await;
    stage.send(2, "").await;
    stage.send(3, "").await;
    let mut late = tokio::spawn(stage.hub.clients().all().send("Receive", (4,)));
    quiet().await;
    assert!(!late.is_finished());
    for number in 0..=4 {
        let message = stage.stuck.next().await.expect("a message");
        assert_eq!(self::number(&message), number);
    }
    (&mut late).await.expect("no panic").expect("sent");
}

/// Policies that may drop messages.
fn dropping() -> [SlowConsumers; 3] {
    [
        SlowConsumers::DropOldest,
        SlowConsumers::DropNewest,
        SlowConsumers::KeepLatest(Default::default()),
    ]
}

#[tokio::test(start_paused = true)]
async fn answers_and_questions_are_never_dropped() {
    for policy in dropping() {
        let mut stage = Stage::with(|options| {
            options.slow_consumers = policy;
            options.maximum_queued_messages_per_client = Some(3);
        })
        .await;
        let id = stage.stuck.ask("0", "ConnectionId", json!([])).await["result"].clone();
        stage.block().await;
        for number in 1..=10 {
            stage.send(number, "").await;
        }
        // The queue is full of what may be dropped; the client is still heard and answered.
        stage.stuck.call("1", "NoteDown", json!(["heard"])).await;
        assert_eq!(stage.lab.seen().await, "heard");
        let client = stage.hub.clients().client(id.as_str().expect("an id"));
        let answer = tokio::spawn(client.invoke::<String>("Answer", ("well?",)));
        quiet().await;
        for number in 11..=20 {
            stage.send(number, "").await;
        }
        let mut kinds = Vec::new();
        while kinds.len() < 2 {
            let message = stage.stuck.next().await.expect("a message");
            if message["type"] == 3 {
                kinds.push("answer");
            } else if let Some(id) = message["invocationId"].as_str() {
                kinds.push("question");
                let answer = json!({"type": 3, "invocationId": id, "result": "so"});
                stage.stuck.send(&answer).await;
            }
        }
        assert_eq!(kinds, ["answer", "question"]);
        let answer = answer.await.expect("no panic");
        assert_eq!(answer.expect("an answer"), "so");
    }
}

#[tokio::test(start_paused = true)]
async fn answers_wait_for_room_of_their_own() {
    for policy in dropping() {
        let mut stage = Stage::with(|options| {
            options.slow_consumers = policy;
            options.maximum_queued_messages_per_client = Some(3);
        })
        .await;
        stage.block().await;
        for number in 1..=10 {
            stage.send(number, "").await;
        }
        for number in 0..10 {
            let id = number.to_string();
            stage.stuck.call(&id, "NoteDown", json!([id])).await;
        }
        quiet().await;
        // As for a client whose queue is full, nothing more of it is read.
        let heard = std::iter::from_fn(|| stage.lab.log.try_recv().ok()).count();
        assert_eq!(heard, 3);
        for number in 0..10 {
            stage.stuck.completion(&number.to_string()).await;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_burst_costs_a_client_that_reads_nothing() {
    let all = [SlowConsumers::Disconnect].into_iter().chain(dropping());
    for policy in all {
        let mut stage = Stage::with(|options| {
            options.slow_consumers = policy;
            options.maximum_queued_messages_per_client = Some(3);
        })
        .await;
        // In one go, by the very task that would have to write them.
        stage.stuck.call("1", "SendCaller", json!([MANY, 10])).await;
        for number in 0..MANY as u64 {
            let message = stage.stuck.next().await.expect("a message");
            assert_eq!(self::number(&message), number);
        }
        // By another one.
        for number in 0..MANY {
            let sent = stage.hub.clients().all().send("Receive", (number,));
            sent.await.expect("a send that cannot fail");
        }
        for number in 0..MANY as u64 {
            let message = stage.quick.next().await.expect("a message");
            assert_eq!(self::number(&message), number);
        }
        assert_eq!(stage.counts(), SlowConsumerCounts::default());
    }
}

#[tokio::test(start_paused = true)]
async fn what_a_bus_brings_is_dropped_as_well() {
    let mut stage = Stage::new(SlowConsumers::DropOldest).await;
    stage.block().await;
    let bus: &InProcess = stage.lab.local();
    let text = "x".repeat(1000);
    let json = ProtocolSet::of(&[HubProtocol::Json]);
    for number in 1..=MANY {
        let message = EncodedMessage::invocation(json, None, "Receive", &[&number, &text]);
        let let_go = bus.deliver(&Recipients::All, message.expect("plain"), 0);
        assert_eq!(let_go, 0, "nothing had to wait");
        let message = stage.quick.next().await.expect("a message");
        assert_eq!(self::number(&message), number as u64);
    }
    let question = EncodedMessage::invocation(json, Some("q"), "Answer", &[&"well?"]);
    bus.deliver(&Recipients::All, question.expect("plain"), 0);
    let dropped = stage.dropped();
    assert!(dropped > 0);
    let mut found = 0;
    loop {
        let message = stage.stuck.next().await.expect("a message");
        if message["target"] == "Answer" {
            break;
        }
        found += 1;
    }
    assert_eq!(found + dropped, MANY as u64 + 1);
}
