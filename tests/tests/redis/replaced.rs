//! Networks and Redis servers that fail in ways that nobody is told of.

use std::time::Duration;

use signalr::HubProtocol;
use signalr::server::lifetime::Recipients;
use signalr::server::lifetime::spec::{Fleet, TestClient};
use signalr::server::redis::{RedisHealth, RedisState};

use crate::failure::{connected, disconnected};
use crate::fleet::{lifetime, options};
use crate::server::RedisServer;
use crate::wire::Wire;

/// Servers that reach Redis over wires of their own.
struct Wired {
    fleet: Fleet,
    health: Vec<RedisHealth>,
    wires: Vec<Wire>,
}

impl Wired {
    async fn to(port: u16) -> Self {
        let (mut servers, mut health, mut wires) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..2 {
            let wire = Wire::to(&[port]).await;
            let options = options(&wire.address())
                .command_timeout(Duration::from_millis(700))
                .ping_interval(Duration::from_millis(200));
            health.push(options.health());
            servers.push(lifetime(options));
            wires.push(wire);
        }
        connected(&health).await;
        Self {
            fleet: Fleet::new(servers),
            health,
            wires,
        }
    }

    async fn client(&self, server: usize, id: &str) -> TestClient {
        TestClient::connect(self.fleet.server(server), id, None, HubProtocol::Json).await
    }

    /// Checks that what either server sends reaches both clients once.
    async fn is_one(&self, clients: &mut [TestClient; 2]) {
        for server in [0, 1] {
            let text = format!("from {server}");
            self.fleet.send(server, Recipients::All, &text).await;
            for client in &mut *clients {
                assert_eq!(client.next().await, format!("Note({text:?})"));
            }
        }
    }
}

async fn tell(redis: &RedisServer, command: &[&str]) {
    let mut own = redis.client().await;
    let mut telling = redis::cmd(command[0]);
    telling.arg(&command[1..]);
    telling.exec_async(&mut own).await.expect("it does so");
}

#[tokio::test]
async fn a_server_that_is_cut_off_serves_its_own_clients_and_comes_back() {
    let Some(redis) = RedisServer::start("a server that is cut off") else {
        return;
    };
    let wired = Wired::to(redis.port()).await;
    let mut clients = [wired.client(0, "near").await, wired.client(1, "far").await];
    wired.is_one(&mut clients).await;

    // Not a packet passes, and no connection ends.
    wired.wires[0].freeze();
    let sent = wired
        .fleet
        .try_send(0, Recipients::All, "Note", "alone")
        .await;
    assert!(sent.is_err());
    assert_eq!(clients[0].next().await, r#"Note("alone")"#);
    disconnected(&wired.health[0]).await;
    wired.fleet.send(1, Recipients::All, "without them").await;
    assert_eq!(clients[1].next().await, r#"Note("without them")"#);

    wired.wires[0].cut();
    wired.wires[0].thaw();
    connected(&wired.health).await;
    wired.is_one(&mut clients).await;
}

#[tokio::test]
async fn what_the_network_held_up_comes_to_nobody_twice() {
    let Some(redis) = RedisServer::start("a network that holds things up") else {
        return;
    };
    let wired = Wired::to(redis.port()).await;
    let mut clients = [wired.client(0, "near").await, wired.client(1, "far").await];
    wired.wires[0].freeze();
    let sent = wired
        .fleet
        .try_send(0, Recipients::All, "Note", "late")
        .await;
    assert!(sent.is_err());
    assert_eq!(clients[0].next().await, r#"Note("late")"#);
    disconnected(&wired.health[0]).await;
    // Now it all arrives at Redis, on a connection that nobody knows any more.
    wired.wires[0].thaw();
    connected(&wired.health).await;
    wired.fleet.send(0, Recipients::All, "now").await;
    let [near, far] = &mut clients;
    assert_eq!(near.next().await, r#"Note("now")"#);
    let mut next = far.next().await;
    if next == r#"Note("late")"# {
        next = far.next().await;
    }
    assert_eq!(next, r#"Note("now")"#);
}

#[tokio::test]
async fn a_primary_that_was_replaced_is_left() {
    let (Some(first), Some(second)) = (
        RedisServer::start("a primary that was replaced"),
        RedisServer::start("its replacement"),
    ) else {
        return;
    };
    let wired = Wired::to(first.port()).await;
    let mut clients = [wired.client(0, "near").await, wired.client(1, "far").await];
    wired.is_one(&mut clients).await;

    // The old one keeps its connections and goes on answering, as a replica of the new one.
    let port = second.port().to_string();
    tell(&first, &["REPLICAOF", "127.0.0.1", &port]).await;
    for health in &wired.health {
        let mut state = health.watch();
        let replica = |state: &RedisState| matches!(state, RedisState::Disconnected(why) if why.contains("replica"));
        let seen = tokio::time::timeout(Duration::from_secs(20), state.wait_for(replica));
        seen.await.expect("it is noticed").expect("it is watched");
    }
    for wire in &wired.wires {
        wire.lead_to(second.port());
    }
    connected(&wired.health).await;
    wired.is_one(&mut clients).await;
    let mut own = second.client().await;
    let channels: Vec<String> = redis::cmd("PUBSUB")
        .arg(&["CHANNELS", "*:connection:*"])
        .query_async(&mut own)
        .await
        .expect("a list");
    assert_eq!(channels.len(), 2, "{channels:?}");
}

#[tokio::test]
async fn a_server_that_hears_nothing_does_not_count_as_connected() {
    let (Some(first), Some(second)) = (
        RedisServer::start("a server that hears nothing"),
        RedisServer::start("another Redis"),
    ) else {
        return;
    };
    // As behind an address that spreads connections over Redis servers that do not know each other.
    let wire = Wire::to(&[first.port(), second.port()]).await;
    let options = options(&wire.address()).command_timeout(Duration::from_millis(200));
    let health = options.health();
    let _server = lifetime(options);
    let why = disconnected(&health).await;
    assert!(why.contains("did not come back"), "{why}");
    assert_eq!(health.last_round_trip(), None);
    wire.lead_to(first.port());
    connected(std::slice::from_ref(&health)).await;
    assert!(health.last_round_trip().is_some());
}

#[tokio::test]
async fn connections_that_redis_ends_come_back_with_all_subscriptions() {
    let Some(redis) = RedisServer::start("connections that Redis ends") else {
        return;
    };
    let wired = Wired::to(redis.port()).await;
    let mut clients = [wired.client(0, "near").await, wired.client(1, "far").await];
    for kind in ["pubsub", "normal"] {
        let before: Vec<u64> = wired
            .health
            .iter()
            .map(|h| h.counters().connected)
            .collect();
        // The one that tells it so is spared.
        tell(&redis, &["CLIENT", "KILL", "TYPE", kind, "SKIPME", "yes"]).await;
        for (health, before) in wired.health.iter().zip(before) {
            let again = async {
                while health.counters().connected == before || !health.is_connected() {
                    tokio::time::sleep(Duration::from_millis(10)).await;
                }
            };
            let waited = tokio::time::timeout(Duration::from_secs(20), again);
            waited.await.expect("connected again");
        }
        wired.is_one(&mut clients).await;
    }
}
