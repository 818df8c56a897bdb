//! What a connection lives through: whatever is dropped, panics, or happens at once.

use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use futures_util::future::{join, join_all};
use futures_util::{StreamExt, poll, stream};
use serde::{Serialize, Serializer};
use tokio::sync::mpsc;
use tokio::time::sleep;

use super::peer::{CLOSE, Peer, Peers, builder, connected};
use crate::client::{ConnectionState, HubConnection, RetryContext};
use crate::contract::Upload;
use crate::error::CloseReason;

fn at_once(_: &RetryContext<'_>) -> Option<Duration> {
    Some(Duration::ZERO)
}

/// Plays a server that shakes hands, answers every call with `1`, agrees to a Close, and forgets
/// who leaves.
async fn serve(mut peers: Peers) {
    let mut clients = Vec::new();
    loop {
        let peer = peers.next().await;
        clients.push(tokio::spawn(serve_one(peer)));
    }
}

async fn serve_one(mut peer: Peer) -> Option<()> {
    let mut is_first = true;
    loop {
        let message = peer.next_text().await?;
        if std::mem::take(&mut is_first) {
            peer.send("{}").await;
        } else if message == CLOSE {
            peer.close().await;
            return None;
        } else if let Some((_, rest)) = message.split_once(r#""invocationId":""#)
            && let Some((id, _)) = rest.split_once('"')
            && !message.starts_with(r#"{"type":5"#)
        {
            let answer = format!(r#"{{"type":3,"invocationId":"{id}","result":1}}"#);
            peer.send(&answer).await;
        }
    }
}

/// Lets `work` go so many steps, and drops it.
async fn steps<T>(work: impl Future<Output = T>, count: usize) -> Option<T> {
    let mut work = pin!(work);
    for _ in 0..count {
        if let Poll::Ready(done) = poll!(&mut work) {
            return Some(done);
        }
        tokio::task::yield_now().await;
    }
    None
}

#[tokio::test(start_paused = true)]
async fn everything_may_be_dropped_after_every_step() {
    let (builder, peers) = builder();
    let link = builder
        .automatic_reconnect(at_once)
        .wait_for_connection(Duration::from_secs(10))
        .call_timeout(Duration::from_secs(10))
        .build()
        .expect("valid settings");
    let server = tokio::spawn(serve(peers));
    for count in 0..40 {
        let started = steps(link.start(), count).await;
        match link.state() {
            ConnectionState::Disconnected => assert!(started.is_none()),
            state => {
                assert_eq!(state, ConnectionState::Connected);
                started.expect("done").expect("a server");
            }
        }
        let numbers = || Upload::new(stream::iter([1, 2, 3]));
        steps(link.invoke::<i32>("Add", (1, 2)), count).await;
        steps(link.invoke::<i32>("Sum", (numbers(),)), count).await;
        steps(link.notify("Say", ("x",)), count).await;
        steps(link.notify("Take", (numbers(),)), count).await;
        let items = steps(link.stream::<i32>("Counter", ()), count).await;
        if let Some(Ok(mut items)) = items {
            steps(items.next(), count).await;
        }
        if link.state() == ConnectionState::Connected {
            let sum = link.invoke::<i32>("Add", (1, 2)).await;
            assert_eq!(sum.expect("it still works"), 1);
        }
        steps(link.stop(), count).await;
        link.stop().await;
        assert_eq!(link.state(), ConnectionState::Disconnected);
    }
    server.abort();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn starts_stops_and_calls_of_many_threads_end_well() {
    let (builder, peers) = builder();
    let link = builder
        .automatic_reconnect(at_once)
        .build()
        .expect("valid settings");
    let server = tokio::spawn(serve(peers));
    let mut threads = tokio::task::JoinSet::new();
    for thread in 0..6 {
        let link = link.clone();
        threads.spawn(async move {
            for round in 0..200 {
                match (thread + round) % 3 {
                    0 => drop(link.start().await),
                    1 => link.stop().await,
                    _ => drop(link.invoke::<i32>("Add", (1, 2)).await),
                }
            }
        });
    }
    let working = async { while threads.join_next().await.is_some() {} };
    tokio::time::timeout(Duration::from_secs(60), working)
        .await
        .expect("nobody waits for ever");
    link.stop().await;
    link.start().await.expect("a server");
    let sum = link.invoke::<i32>("Add", (1, 2)).await;
    assert_eq!(sum.expect("an answer"), 1);
    link.stop().await;
    server.abort();
}

#[tokio::test(start_paused = true)]
async fn a_handler_may_stop_start_and_call_its_own_connection() {
    let (builder, mut peers) = builder();
    let link = builder.build().expect("valid settings");
    let mut peer = peers.accept(&link).await;
    let (sender, mut done) = mpsc::unbounded_channel();
    let weak = link.downgrade();
    link.on("Again", move || {
        let (weak, sender) = (weak.clone(), sender.clone());
        async move {
            let link = weak.upgrade().expect("the test has one");
            link.stop().await;
            link.start().await.expect("a server");
            let answer = link.invoke::<i32>("Add", (1, 2)).await;
            sender.send(answer.expect("an answer")).expect("a test");
        }
    });
    let server = async {
        peer.send(r#"{"type":1,"target":"Again","arguments":[]}"#)
            .await;
        assert_eq!(peer.text().await, CLOSE);
        peer.close().await;
        serve_one(peers.next().await).await;
    };
    let stopped = async {
        assert_eq!(done.recv().await, Some(1));
        link.stop().await;
    };
    join(server, stopped).await;
}

/// Cannot be written.
struct Grenade;

impl Serialize for Grenade {
    fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        panic!("on purpose")
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_panics_when_it_is_written_is_an_error() {
    let (link, mut peer) = connected().await;
    link.answer("Throw", || Grenade).expect("the first");
    peer.send(r#"{"type":1,"invocationId":"s","target":"Throw","arguments":[]}"#)
        .await;
    assert_eq!(
        peer.text().await,
        r#"{"type":3,"invocationId":"s","error":"The client's handler panicked."}"#
    );
    assert_eq!(link.state(), ConnectionState::Connected);
}

#[tokio::test(start_paused = true)]
async fn a_connector_that_panics_while_reconnecting_is_a_try_that_failed() {
    let (builder, mut peers) = builder();
    let link = builder
        .automatic_reconnect(vec![Duration::ZERO, Duration::from_secs(1)])
        .build()
        .expect("valid settings");
    let peer = peers.accept(&link).await;
    let (sender, mut ends) = mpsc::unbounded_channel();
    link.on_closed(move |reason| drop(sender.send(reason)));
    peers.panic(true);
    peer.faults().cut();
    match ends.recv().await.expect("an end") {
        CloseReason::ReconnectFailed { attempts, last, .. } => {
            assert_eq!(attempts, 2);
            assert!(last.contains("panicked"), "{last}");
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(link.state(), ConnectionState::Disconnected);
    peers.panic(false);
    peers.accept(&link).await;
}

#[tokio::test(start_paused = true)]
async fn a_thousand_connections_live_in_one_task_each() {
    let mut links = Vec::new();
    let mut servers = Vec::new();
    for _ in 0..1000 {
        let (builder, peers) = builder();
        let link = builder.build().expect("valid settings");
        servers.push(tokio::spawn(serve(peers)));
        links.push(link);
    }
    for started in join_all(links.iter().map(HubConnection::start)).await {
        started.expect("a server");
    }
    let calls = links.iter().map(|link| link.invoke::<i32>("Add", (1, 2)));
    for answer in join_all(calls).await {
        assert_eq!(answer.expect("an answer"), 1);
    }
    // Longer than the server time-out: no connection is left alone.
    sleep(Duration::from_secs(20)).await;
    let tasks = tokio::runtime::Handle::current()
        .metrics()
        .num_alive_tasks();
    // A client's, its server's, and that which waits for more clients.
    assert_eq!(tasks, 3000);
    join_all(links.iter().map(HubConnection::stop)).await;
    for link in links {
        assert_eq!(link.state(), ConnectionState::Disconnected);
    }
    servers.iter().for_each(tokio::task::JoinHandle::abort);
}
