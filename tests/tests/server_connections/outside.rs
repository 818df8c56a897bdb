//! What is done to connections from outside their hub.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::{Value, json};
use signalr::server::{Connection, Connections};

use super::lab::{Lab, LabHub};
use super::peer::Peer;

const BYE: &str = "See you tomorrow.";

struct Guest {
    peer: Peer,
    id: String,
}

impl Guest {
    async fn connect(lab: &Lab) -> Self {
        let mut peer = Peer::connect(lab).await;
        let id = peer.ask("id", "ConnectionId", json!([])).await;
        let id = id["result"].as_str().expect("an id").to_owned();
        Self { peer, id }
    }

    async fn join(&mut self, group: &str) {
        self.peer.ask("join", "Join", json!([group])).await;
    }

    /// Asserts that the connection ends with this Close.
    async fn is_told(&mut self, close: Value) {
        assert_eq!(self.peer.next().await, Some(close));
        assert_eq!(self.peer.next().await, None);
    }

    async fn is_there(&mut self) {
        let answer = self.peer.ask("there", "Echo", json!(["yes"])).await;
        assert_eq!(answer["result"], "yes");
    }
}

fn connections(lab: &Lab) -> Connections {
    lab.signalr.context::<LabHub>().connections()
}

fn ids(connections: &[Arc<Connection>]) -> BTreeSet<&str> {
    connections.iter().map(|c| c.id()).collect()
}

fn sorted(mut names: Vec<String>) -> Vec<String> {
    names.sort();
    names
}

#[tokio::test(start_paused = true)]
async fn connections_users_and_groups_are_listed_and_counted() {
    let lab = Lab::new();
    let all = connections(&lab);
    assert_eq!(all.count(), 0);
    let mut ann = Guest::connect(&lab).await;
    let bob = Guest::connect(&lab).await;
    let ann_again = Guest::connect(&lab).await;
    ann.join("readers").await;

    assert_eq!(all.count(), 3);
    assert_eq!(all.list().len(), 3);
    assert_eq!(sorted(all.users()), ["ann", "bob"]);
    let both: BTreeSet<&str> = [&*ann.id, &*ann_again.id].into();
    assert_eq!(ids(&all.of_user("ann")), both);
    assert_eq!(all.count_of_user("ann"), 2);
    assert_eq!(all.count_of_user("eve"), 0);
    // Everybody joins `all` when connecting.
    assert_eq!(sorted(all.groups()), ["all", "readers"]);
    assert_eq!(all.count_in_group("all"), 3);
    assert_eq!(ids(&all.in_group("readers")), BTreeSet::from([&*ann.id]));
    assert!(all.in_group("nobody").is_empty());

    let found = all.get(&ann.id).expect("she is there");
    assert_eq!(found.user_id(), Some("ann"));
    assert_eq!(sorted(found.groups()), ["all", "readers"]);
    drop(found);

    for mut guest in [ann, bob, ann_again] {
        guest.peer.close().await;
        guest.peer.served.await.expect("no panic");
        assert!(all.get(&guest.id).is_none());
    }
    assert_eq!(all.count(), 0);
    assert!(all.users().is_empty() && all.groups().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_client_is_told_why_it_has_to_go() {
    let mut lab = Lab::new();
    let mut ann = Guest::connect(&lab).await;
    let mut bob = Guest::connect(&lab).await;
    let all = connections(&lab);
    all.disconnect(&ann.id, BYE).await.expect("one process");
    ann.is_told(json!({"type": 7, "error": BYE})).await;
    assert_eq!(lab.seen().await, format!("left: {BYE}"));
    bob.is_there().await;
    // Nobody there is no error, and a second time is too late.
    all.disconnect(&ann.id, "again").await.expect("one process");
    all.disconnect("nobody", BYE).await.expect("one process");
}

#[tokio::test(start_paused = true)]
async fn users_groups_and_all_are_disconnected() {
    let lab = Lab::new();
    let all = connections(&lab);
    let close = json!({"type": 7, "error": BYE});
    let mut ann = Guest::connect(&lab).await;
    let mut bob = Guest::connect(&lab).await;
    let mut ann_again = Guest::connect(&lab).await;
    all.disconnect_user("ann", BYE).await.expect("one process");
    ann.is_told(close.clone()).await;
    ann_again.is_told(close.clone()).await;
    bob.is_there().await;

    let mut bob_again = Guest::connect(&lab).await;
    bob.join("night").await;
    all.disconnect_group("night", BYE)
        .await
        .expect("one process");
    bob.is_told(close.clone()).await;
    bob_again.is_there().await;

    all.disconnect_all(BYE).await.expect("one process");
    bob_again.is_told(close).await;
}

#[tokio::test(start_paused = true)]
async fn whoever_is_disconnected_while_connecting_goes_too() {
    use super::lab::Joining;
    let mut lab = Lab::joining(Joining::UntilGone);
    let mut peer = Peer::connect(&lab).await;
    assert_eq!(lab.seen().await, "joining");
    connections(&lab)
        .disconnect_all(BYE)
        .await
        .expect("one process");
    assert_eq!(lab.seen().await, "gone while joining");
    assert_eq!(peer.next().await, Some(json!({"type": 7, "error": BYE})));
}

#[tokio::test(start_paused = true)]
async fn a_background_task_sends_and_asks() {
    let lab = Lab::new();
    let mut ann = Guest::connect(&lab).await;
    let context = lab.signalr.context::<LabHub>();
    let id = ann.id.clone();
    let task = tokio::spawn(async move {
        let clients = context.clients();
        clients.user("ann").send("Receive", (1,)).await?;
        clients
            .client(&id)
            .invoke::<String>("Answer", ("who?",))
            .await
            .map_err(Into::into)
    });
    assert_eq!(
        ann.peer.next().await,
        Some(json!({"type": 1, "target": "Receive", "arguments": [1]}))
    );
    let question = ann.peer.next().await.expect("a question");
    assert_eq!(question["target"], "Answer");
    ann.peer
        .send(&json!({"type": 3, "invocationId": question["invocationId"], "result": "ann"}))
        .await;
    let answer: Result<String, Box<dyn std::error::Error + Send + Sync>> =
        task.await.expect("no panic");
    assert_eq!(answer.expect("an answer"), "ann");
}
