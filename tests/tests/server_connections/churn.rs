//! Connections that come and go, in any order and on any runtime, and leave nothing behind.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use signalr::SignalR;
use signalr::server::DrainOptions;
use tokio::runtime::Builder;
use tokio::task::JoinSet;

use super::lab::{Joining, Lab, LabHub};
use super::peer::{Peer, call};

/// Asserts that nobody is left anywhere.
async fn is_empty(signalr: &SignalR) {
    let connections = signalr.context::<LabHub>().connections();
    assert_eq!(connections.count(), 0);
    assert!(connections.list().is_empty());
    assert!(connections.users().is_empty());
    assert!(connections.groups().is_empty());
    // Nothing that was done for them is left either, or this would wait for it.
    let patience = Duration::from_secs(3600);
    let before = tokio::time::Instant::now();
    signalr
        .drain(DrainOptions::default().deadline(patience))
        .await;
    assert!(before.elapsed() < patience);
}

/// What a client does before it goes, and how it goes. The server may end it before that.
async fn visit(lab: &Lab, number: usize) {
    let mut peer = Peer::begin(lab).await;
    match number % 8 {
        // Before its handshake is answered.
        0 => {}
        1 => {
            peer.next().await;
            let group = format!("group {}", number % 7);
            peer.offer(&call("1", "Join", &json!([group]))).await;
            peer.next().await;
            peer.close().await;
        }
        2 => {
            peer.offer(&call("1", "Join", &json!(["others"]))).await;
            peer.server.cut();
        }
        3 => {
            peer.offer(&call("1", "SendAll", &json!(["hello"]))).await;
        }
        4 => {
            peer.offer(&call("1", "UntilGone", &json!([]))).await;
            peer.close().await;
        }
        5 => {
            let stream =
                json!({"type": 4, "invocationId": "1", "target": "Endless", "arguments": []});
            peer.offer(&stream).await;
            peer.next().await;
        }
        6 => {
            let mut upload = call("1", "Total", &json!([]));
            upload["streamIds"] = json!(["s"]);
            peer.offer(&upload).await;
            peer.offer(&json!({"type": 7})).await;
        }
        _ => {
            peer.offer(&call("1", "Ask", &json!(["?"]))).await;
            peer.next().await;
            let all = lab.signalr.context::<LabHub>().connections();
            all.disconnect_user("ann", "Go.")
                .await
                .expect("one process");
        }
    }
    let served = peer.served;
    drop(peer.transport);
    served.await.expect("no panic");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_connections_leave_nothing_behind() {
    const TASKS: usize = 50;
    let lab = Arc::new(Lab::joining(Joining::Brief));
    let mut tasks = JoinSet::new();
    for task in 0..TASKS {
        let lab = Arc::clone(&lab);
        tasks.spawn(async move {
            for round in 0..10_000 / TASKS {
                visit(&lab, task + round).await;
            }
        });
    }
    while let Some(done) = tasks.join_next().await {
        done.expect("no panic");
    }
    is_empty(&lab.signalr).await;
}

#[tokio::test(start_paused = true)]
async fn connections_that_are_dropped_or_panic_leave_nothing_behind() {
    for joining in [Joining::UntilGone, Joining::Panic] {
        let lab = Lab::joining(joining);
        let mut peer = Peer::connect(&lab).await;
        if joining == Joining::Panic {
            assert_eq!(
                peer.next().await,
                Some(json!({"type": 7, "error": "Connection closed with an error."}))
            );
        }
        peer.served.abort();
        let _ = peer.served.await;
        is_empty(&lab.signalr).await;
    }
    let lab = Lab::joining(Joining::PanicLeaving);
    let mut peer = Peer::connect(&lab).await;
    peer.ask("1", "Join", json!(["group"])).await;
    peer.close().await;
    peer.served.await.expect("the panic is caught");
    is_empty(&lab.signalr).await;
}

#[test]
fn a_runtime_that_ends_takes_only_its_own_heartbeat_with_it() {
    let runtime = || {
        let mut builder = Builder::new_current_thread();
        builder
            .enable_all()
            .start_paused(true)
            .build()
            .expect("a runtime")
    };
    let lab = Lab::with(
        |options| options.keep_alive_interval = Duration::from_secs(5),
        Joining::Plain,
    );
    let (first, second) = (runtime(), runtime());
    let mut early = first.block_on(Peer::connect(&lab));
    let mut late = second.block_on(Peer::connect(&lab));
    first.block_on(early.is_pinged());
    drop(first);
    // Dropped with the runtime, and so were its connections.
    let connections = lab.signalr.context::<LabHub>().connections();
    assert_eq!(connections.count(), 1);
    second.block_on(late.is_pinged());
    second.block_on(async {
        late.close().await;
        late.served.await.expect("no panic");
    });
    // As many more as there may be.
    drop(second);
    let third = runtime();
    third.block_on(async {
        let mut peer = Peer::connect(&lab).await;
        peer.is_pinged().await;
    });
}
