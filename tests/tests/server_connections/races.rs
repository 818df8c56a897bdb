//! Ends that come from several sides at once, and what must not be left of them.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use signalr::server::DrainOptions;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout};

use super::lab::{Joining, Lab, LabHub};
use super::peer::{Peer, call};

fn is_empty(lab: &Lab) -> bool {
    let connections = lab.signalr.context::<LabHub>().connections();
    connections.count() == 0 && connections.users().is_empty() && connections.groups().is_empty()
}

/// Does something of everything until the server ends the connection.
async fn stay(lab: &Lab, number: usize) {
    let mut peer = Peer::begin(lab).await;
    for round in number.. {
        let id = round.to_string();
        let message = match round % 6 {
            0 => call(&id, "Echo", &json!(["hi"])),
            1 => call(&id, "Join", &json!([format!("group {}", round % 3)])),
            2 => call(&id, "SendAll", &json!(["x".repeat(2000)])),
            3 => json!({"type": 4, "invocationId": id, "target": "Numbers", "arguments": [5]}),
            4 => call(&id, "Panics", &json!([])),
            _ => json!({"type": 5, "invocationId": number.to_string()}),
        };
        if !peer.offer(&message).await || peer.next().await.is_none() {
            break;
        }
    }
    peer.served.await.expect("no panic");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_is_drained_while_everything_else_goes_on() {
    for round in 0..10 {
        let lab = Arc::new(Lab::joining(Joining::Brief));
        let mut tasks = JoinSet::new();
        for number in 0..40 {
            let lab = Arc::clone(&lab);
            tasks.spawn(async move { stay(&lab, number).await });
        }
        let context = lab.signalr.context::<LabHub>();
        let outside = tokio::spawn(async move {
            for round in 0.. {
                tokio::task::yield_now().await;
                let connections = context.connections();
                let Some(one) = connections.list().pop() else {
                    continue;
                };
                let asked = context.clients().client(one.id());
                // Given up at its first wait.
                let _ = timeout(Duration::ZERO, asked.invoke::<String>("Answer", ())).await;
                let sent = context.clients().group("all").send("Receive", (round,));
                let _ = timeout(Duration::ZERO, sent).await;
                match round % 4 {
                    0 => one.abort(),
                    1 => one.disconnect("Go."),
                    2 => connections
                        .disconnect_group("group 1", "Go.")
                        .await
                        .expect("one process"),
                    _ => {}
                }
            }
        });
        let spread = Duration::from_millis(round);
        lab.signalr
            .drain(DrainOptions::default().spread(spread))
            .await;
        while let Some(done) = tasks.join_next().await {
            done.expect("no panic");
        }
        outside.abort();
        assert!(is_empty(&lab));
    }
}

#[tokio::test(start_paused = true)]
async fn a_hub_that_does_not_let_go_of_a_connection_keeps_nobody_else() {
    let mut lab = Lab::joining(Joining::HangLeaving);
    let mut peer = Peer::connect(&lab).await;
    peer.send(&json!({"type": 7})).await;
    assert_eq!(peer.next().await, Some(json!({"type": 7})));
    assert_eq!(lab.seen().await, "leaving");
    // It is still among those who are there, but nobody waits for it.
    let context = lab.signalr.context::<LabHub>();
    assert_eq!(context.connections().count(), 1);
    for _ in 0..200 {
        let sent = context.clients().all().send("Receive", ("x".repeat(1000),));
        sent.await.expect("one process");
    }
    let mut other = Peer::connect(&lab).await;
    assert_eq!(other.ask("1", "Echo", json!(["hi"])).await["result"], "hi");
    let id = context.connections().list()[0].id().to_owned();
    let asked = context.clients().client(&id).invoke::<String>("Answer", ());
    assert!(asked.await.is_err());

    let before = Instant::now();
    let options = DrainOptions::default().spread(Duration::ZERO);
    lab.signalr
        .drain(options.deadline(Duration::from_secs(1)))
        .await;
    assert_eq!(before.elapsed(), Duration::from_secs(6));
}

#[tokio::test(start_paused = true)]
async fn a_call_that_outlives_its_connection_puts_it_into_no_group() {
    let mut lab = Lab::joining(Joining::Brief);
    let mut peer = Peer::connect(&lab).await;
    peer.call("1", "JoinLate", json!(["late"])).await;
    assert_eq!(lab.seen().await, "waiting");
    peer.close().await;
    assert_eq!(lab.seen().await, "left");
    lab.gate.add_permits(1);
    assert_eq!(lab.seen().await, "waited");
    assert_eq!(lab.seen().await, "joined");
    peer.served.await.expect("no panic");
    assert!(is_empty(&lab));
}

#[tokio::test(start_paused = true)]
async fn however_a_call_ends_it_gives_its_permit_back() {
    let lab = Lab::new();
    let mut peer = Peer::connect(&lab).await;
    for _ in 0..50 {
        for (method, arguments) in [
            ("Panics", json!([])),
            ("TakesBomb", json!([1])),
            ("ForUsers", json!([])),
            ("Echo", json!([1])),
            ("Nothing", json!([])),
        ] {
            let answer = peer.ask("1", method, arguments).await;
            assert!(answer["error"].is_string(), "{answer}");
        }
        peer.call("1", "UntilCancelled", json!([])).await;
        peer.send(&json!({"type": 5, "invocationId": "1"})).await;
        assert_eq!(peer.completion("1").await["result"], "cancelled");
        peer.call("1", "Ask", json!(["why?"])).await;
        let question = peer.next().await.expect("a question")["invocationId"].clone();
        peer.send(&json!({"type": 3, "invocationId": question, "error": "No."}))
            .await;
        peer.completion("1").await;
        // Nobody waits for its answer.
        peer.send(&json!({"type": 1, "target": "Panics", "arguments": []}))
            .await;
    }
    assert_eq!(
        peer.ask("2", "Echo", json!(["there"])).await["result"],
        "there"
    );
}

#[tokio::test(start_paused = true)]
async fn calls_uploads_and_streams_run_beside_each_other() {
    let mut lab = Lab::with(
        |options| options.maximum_parallel_invocations_per_client = 2,
        Joining::Brief,
    );
    let mut peer = Peer::connect(&lab).await;
    for id in ["a", "b"] {
        peer.call(id, "Wait", json!([])).await;
        assert_eq!(lab.seen().await, "waiting");
    }
    // Neither these nor what belongs to them waits for a permit.
    for id in ["c", "d"] {
        let mut upload = call(id, "Total", &json!([]));
        upload["streamIds"] = json!([format!("of {id}")]);
        peer.send(&upload).await;
    }
    peer.send(&json!({"type": 4, "invocationId": "e", "target": "Endless", "arguments": []}))
        .await;
    assert_eq!(peer.next().await.expect("an item")["item"], 0);
    for number in 0..100 {
        for id in ["c", "d"] {
            let item = json!({"type": 2, "invocationId": format!("of {id}"), "item": number});
            peer.send(&item).await;
        }
    }
    peer.send(&json!({"type": 5, "invocationId": "e"})).await;
    assert_eq!(peer.completion("e").await["error"], Value::Null);
    peer.send(&json!({"type": 3, "invocationId": "of d", "error": "No more."}))
        .await;
    assert!(peer.completion("d").await["error"].is_string());
    peer.send(&json!({"type": 3, "invocationId": "of c"})).await;
    assert_eq!(peer.completion("c").await["result"], 4950);
    // A third call waits for one of the two.
    peer.call("f", "Echo", json!(["at last"])).await;
    lab.gate.add_permits(1);
    assert_eq!(peer.completion("f").await["result"], "at last");
    lab.gate.add_permits(1);
    peer.close().await;
    peer.served.await.expect("no panic");
    assert!(is_empty(&lab));
}
