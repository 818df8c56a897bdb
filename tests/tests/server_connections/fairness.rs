//! What one connection does costs the others no more than a short turn, though all have one thread.

use serde_json::json;
use tokio::task::coop::unconstrained;

use super::lab::{Joining, Lab};
use super::peer::{Peer, call, text};

/// More of anything than one connection may do before others have their turn.
const MANY: usize = 500;
/// The longest turn: of messages, and of items of two streams.
const TURN: usize = 64;

fn note(what: &str) -> Vec<u8> {
    text(&call("n", "NoteDown", &json!([what])))
}

/// How many times the hub sees `what` before it sees `until`.
async fn seen_before(lab: &mut Lab, what: &str, until: &str) -> usize {
    let mut count = 0;
    loop {
        let seen = lab.seen().await;
        if seen == until {
            return count;
        }
        assert_eq!(seen, what);
        count += 1;
    }
}

#[tokio::test(start_paused = true)]
async fn who_floods_gets_a_turn_like_everybody() {
    let mut lab = Lab::new();
    let mut flood = Peer::connect(&lab).await;
    let mut neighbour = Peer::connect(&lab).await;
    // All of it is there before anything of it is read.
    flood.send_bytes(note("flood").repeat(MANY)).await;
    neighbour.send_bytes(note("neighbour")).await;
    let before = seen_before(&mut lab, "flood", "neighbour").await;
    assert!(
        before <= TURN,
        "{before} messages of another one came first"
    );
    // Nothing of the flood is lost or answered twice.
    flood.send_bytes(note("last")).await;
    let rest = seen_before(&mut lab, "flood", "last").await;
    assert_eq!(before + rest, MANY);
    for _ in 0..=MANY {
        flood.completion("n").await;
    }
}

#[tokio::test(start_paused = true)]
async fn those_who_flood_take_turns() {
    let mut lab = Lab::new();
    let names = ["a", "b", "c"];
    let mut peers = Vec::new();
    for _ in names {
        peers.push(Peer::connect(&lab).await);
    }
    for (peer, name) in peers.iter_mut().zip(names) {
        peer.send_bytes(note(name).repeat(MANY)).await;
    }
    let mut ahead = [0; 3];
    for _ in 0..3 * MANY {
        let seen = lab.seen().await;
        let place = names.iter().position(|name| *name == seen);
        ahead[place.expect("one of them")] += 1;
        let (least, most) = (ahead.iter().min(), ahead.iter().max());
        assert!(
            most.zip(least)
                .is_some_and(|(most, least)| most - least <= TURN)
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_flood_before_the_end_is_carried_out() {
    let mut lab = Lab::new();
    let mut flood = Peer::connect(&lab).await;
    flood.send_bytes(note("flood").repeat(MANY)).await;
    flood.close().await;
    assert_eq!(seen_before(&mut lab, "flood", "left").await, MANY);
}

#[tokio::test(start_paused = true)]
async fn long_streams_yield() {
    // In a task like those of the connections, for what the runtime itself waits for has its turn once
    // in 61; and not kept from reading on, for then it would have to wait as long.
    tokio::spawn(unconstrained(streams_beside_a_neighbour()))
        .await
        .expect("no panic");
}

async fn streams_beside_a_neighbour() {
    let mut lab = Lab::new();
    let mut streaming = Peer::connect(&lab).await;
    let mut neighbour = Peer::connect(&lab).await;
    for id in ["1", "2", "3", "4"] {
        let stream = json!({"type": 4, "invocationId": id, "target": "Noted", "arguments": [MANY]});
        streaming.send(&stream).await;
    }
    neighbour.send_bytes(note("neighbour")).await;
    let before = seen_before(&mut lab, "item", "neighbour").await;
    // In a turn one of them begins and two go on.
    assert!(before <= 3 * TURN, "{before} items came first");
    for _ in 0..3 {
        neighbour.send_bytes(note("neighbour")).await;
        let before = seen_before(&mut lab, "item", "neighbour").await;
        assert!(before <= 3 * TURN, "{before} items came first");
    }
    for id in ["1", "2", "3", "4"] {
        streaming.completion(id).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_method_that_only_sends_yields() {
    let mut lab = Lab::new();
    let mut sending = Peer::connect(&lab).await;
    let mut neighbour = Peer::connect(&lab).await;
    sending.call("1", "SendNobody", json!([MANY])).await;
    neighbour.send_bytes(note("neighbour")).await;
    let before = seen_before(&mut lab, "sent", "neighbour").await;
    assert!(before < MANY / 2, "{before} messages were sent first");
    sending.completion("1").await;
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_is_busy_answers() {
    let mut lab = Lab::with(
        |options| options.maximum_parallel_invocations_per_client = 2,
        Joining::Plain,
    );
    let mut busy = Peer::connect(&lab).await;
    busy.call("1", "SendUntilLetGo", json!([])).await;
    assert_eq!(lab.seen().await, "sending");
    assert_eq!(busy.ask("2", "Echo", json!(["x"])).await["result"], "x");
    lab.gate.add_permits(1);
    busy.completion("1").await;
}
