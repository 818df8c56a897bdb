//! Many clients, slow clients, servers that die, and a Redis that loses patience.

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use signalr::HubProtocol;
use signalr::SendError;
use signalr::server::lifetime::Recipients;
use signalr::server::lifetime::spec::TestClient;
use signalr::server::redis::BackplaneError;

use crate::failure::{backplane_error, connected, disconnected};
use crate::fleet::{RedisFleet, lifetime, options, servers};
use crate::server::RedisServer;

async fn client(fleet: &RedisFleet, server: usize, id: &str) -> TestClient {
    let protocol = HubProtocol::ALL[server % HubProtocol::ALL.len()];
    TestClient::connect(fleet.fleet.server(server), id, None, protocol).await
}

#[tokio::test]
async fn a_client_that_reads_nothing_is_let_go_and_holds_up_nobody() {
    let Some(redis) = RedisServer::start("a client that reads nothing") else {
        return;
    };
    let fleet = servers(&redis, 2, |options| options.client_backlog(64 * 1024)).await;
    let slow = client(&fleet, 1, "slow").await;
    let mut quick = client(&fleet, 1, "quick").await;
    slow.fill();
    let text = "x".repeat(4096);
    let expected = format!("Note({text:?})");
    for _ in 0..100 {
        fleet.fleet.send(0, Recipients::All, &text).await;
        assert_eq!(quick.next().await, expected);
    }
    assert!(slow.has_ended());
    // What comes after that is for nobody, and is not counted again and again.
    assert_eq!(fleet.health[1].counters().slow_clients, 1);
}

#[tokio::test]
async fn a_group_of_thousands_over_three_servers_gets_all_once() {
    let Some(redis) = RedisServer::start("a group of thousands") else {
        return;
    };
    let fleet = servers(&redis, 3, |options| options).await;
    let (fleet, all) = (&fleet, 3000);
    let joining = (0..all).map(|number| async move {
        let id = format!("c{number}");
        let client = client(fleet, number, &id).await;
        // Each through a server that does not have it.
        let through = fleet.fleet.server(number + 1);
        through.add_to_group(&id, "g").await.expect("joined");
        client
    });
    let mut clients = join_all(joining).await;
    for server in 0..3 {
        let text = server.to_string();
        fleet
            .fleet
            .send(server, Recipients::Group("g".into()), &text)
            .await;
    }
    for client in &mut clients {
        let mut notes = [
            client.next().await,
            client.next().await,
            client.next().await,
        ];
        // Senders are not in any order.
        notes.sort();
        assert_eq!(notes, [0, 1, 2].map(|server| format!("Note(\"{server}\")")));
    }
    let census = fleet.fleet.server(0).census(Recipients::Group("g".into()));
    let census = census.await.expect("a census");
    assert_eq!(
        (census.count, census.servers, census.is_complete),
        (all, 3, true)
    );

    join_all(clients.iter().map(TestClient::leave)).await;
    let census = fleet
        .fleet
        .server(0)
        .census(Recipients::All)
        .await
        .expect("a census");
    assert_eq!(census.count, 0);
    // Nothing is left behind but what each server always needs.
    let mut own = redis.client().await;
    let left = async {
        loop {
            let channels: Vec<String> = redis::cmd("PUBSUB")
                .arg("CHANNELS")
                .query_async(&mut own)
                .await
                .expect("a list");
            if channels.len() == 3 + 3 * 3 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let waited = tokio::time::timeout(Duration::from_secs(20), left);
    waited.await.expect("all subscriptions are given up");
}

#[tokio::test]
async fn connections_of_a_server_that_died_are_counted_no_more() {
    let Some(redis) = RedisServer::start("the connections of a server that died") else {
        return;
    };
    let fleet = servers(&redis, 2, |options| options).await;
    let _near = client(&fleet, 0, "near").await;
    let other = options(&redis.address());
    let health = other.health();
    let dying = lifetime(other);
    connected(&[health]).await;
    let far = TestClient::connect(&dying, "far", None, HubProtocol::Json).await;
    let count = async || {
        let census = fleet.fleet.server(0).census(Recipients::All);
        census.await.expect("a census")
    };
    let census = count().await;
    assert_eq!(
        (census.count, census.servers, census.is_complete),
        (2, 3, true)
    );
    // Without a word to anybody.
    drop(far);
    drop(dying);
    let forgotten = async { while count().await.servers != 2 {} };
    let waited = tokio::time::timeout(Duration::from_secs(20), forgotten);
    waited.await.expect("Redis tells that it is gone");
    let census = count().await;
    assert_eq!((census.count, census.is_complete), (1, true));
    assert_eq!(&*census.connection_ids, [Box::<str>::from("near")]);
}

#[tokio::test]
async fn what_redis_ends_for_its_size_is_not_sent_again_without_a_pause() {
    let Some(redis) = RedisServer::start_with(
        "output-buffer limits",
        &[
            "--client-output-buffer-limit",
            "pubsub",
            "64kb",
            "64kb",
            "1",
        ],
    ) else {
        return;
    };
    let fleet = servers(&redis, 2, |options| options).await;
    let mut near = client(&fleet, 0, "near").await;
    let mut far = client(&fleet, 1, "far").await;
    // More than Redis holds for a subscriber at a time.
    let large = "x".repeat(4 << 20);
    for _ in 0..3 {
        let _ = fleet
            .fleet
            .try_send(0, Recipients::All, "Note", &large)
            .await;
        assert!(near.next().await.len() > 4 << 20, "own clients are served");
    }
    connected(&fleet.health).await;
    // Either may still have to find out.
    let sent = async {
        loop {
            let sent = fleet.fleet.try_send(0, Recipients::All, "Note", "small");
            let _ = sent.await;
            near.discard();
            let next = tokio::time::timeout(Duration::from_millis(200), far.next());
            if next.await.is_ok_and(|note| note == r#"Note("small")"#) {
                break;
            }
        }
    };
    let waited = tokio::time::timeout(Duration::from_secs(30), sent);
    waited.await.expect("small messages pass again");
    for health in &fleet.health {
        assert!(health.counters().connected < 20, "{health:?}");
    }
}

#[tokio::test]
async fn a_full_window_fails_in_time_and_empties_again() {
    let Some(redis) = RedisServer::start("a full window") else {
        return;
    };
    let limit = Duration::from_millis(500);
    let fleet = servers(&redis, 1, |options| {
        options.command_timeout(limit).publish_window(16 * 1024)
    })
    .await;
    let near = client(&fleet, 0, "near").await;
    redis.pause();
    let began = Instant::now();
    let text = "x".repeat(4096);
    let sending = (0..100).map(|_| fleet.fleet.try_send(0, Recipients::All, "Note", &text));
    let reading = async {
        loop {
            tokio::time::sleep(Duration::from_millis(5)).await;
            near.discard();
        }
    };
    let outcomes = tokio::select! {
        outcomes = join_all(sending) => outcomes,
        () = reading => unreachable!("it reads without end"),
    };
    // Neither a hundred time-outs nor one that never comes.
    assert!(began.elapsed() < Duration::from_secs(10));
    for outcome in outcomes {
        let error = outcome.expect_err("Redis does not answer");
        assert!(
            matches!(
                backplane_error(&error),
                BackplaneError::Lost | BackplaneError::Busy(_) | BackplaneError::Unavailable
            ),
            "{error}"
        );
    }
    disconnected(&fleet.health[0]).await;
    redis.resume();
    connected(&fleet.health).await;
    for _ in 0..20 {
        let sent = fleet
            .fleet
            .try_send(0, Recipients::All, "Note", &text)
            .await;
        assert!(matches!(sent, Ok(())), "{sent:?}");
        near.discard();
    }
}

#[tokio::test]
async fn groups_that_redis_does_not_allow_are_told_to_those_who_join() {
    let Some(redis) = RedisServer::start("groups that Redis does not allow") else {
        return;
    };
    let mut own = redis.client().await;
    let mut user = redis::cmd("ACL");
    user.arg(&["SETUSER", "app", "on", ">pw", "+@all", "resetchannels"]);
    user.arg(&[
        "&*:all",
        "&*:internal:*",
        "&*:connection:*",
        "&*:group:open",
    ]);
    user.exec_async(&mut own).await.expect("a user");
    let fleet = servers(&redis, 2, |options| options.user("app").password("pw")).await;
    let mut near = client(&fleet, 0, "near").await;
    let server = fleet.fleet.server(0);
    let error = server
        .add_to_group("near", "secret")
        .await
        .expect_err("denied");
    let refused = |error: &SendError| matches!(backplane_error(error), BackplaneError::Refused(_));
    assert!(refused(&error), "{error}");
    server.add_to_group("near", "open").await.expect("joined");
    let sent = fleet
        .fleet
        .try_send(0, Recipients::Group("secret".into()), "Note", "hush")
        .await;
    assert!(refused(&sent.expect_err("denied")));
    fleet
        .fleet
        .send(1, Recipients::Group("open".into()), "hello")
        .await;
    assert_eq!(near.next().await, r#"Note("hello")"#);
    assert!(fleet.health.iter().all(|health| health.is_connected()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clients_that_storm_in_while_redis_comes_and_goes_all_get_there() {
    let Some(mut redis) = RedisServer::start("a storm of clients") else {
        return;
    };
    let fleet = Arc::new(servers(&redis, 2, |options| options).await);
    let storm: Vec<_> = (0..500)
        .map(|number| {
            let fleet = Arc::clone(&fleet);
            tokio::spawn(async move {
                tokio::time::sleep(Duration::from_millis(number as u64 * 3)).await;
                let id = format!("c{number}");
                let mut last = client(&fleet, number, &id).await;
                // As often as it is dropped.
                for _ in 0..3 {
                    let server = fleet.fleet.server(number);
                    server.add_to_group(&id, "g").await.expect("own server");
                    last.leave().await;
                    last = client(&fleet, number, &id).await;
                }
                last
            })
        })
        .collect();
    for _ in 0..3 {
        tokio::time::sleep(Duration::from_millis(300)).await;
        redis.kill();
        disconnected(&fleet.health[0]).await;
        redis.restart();
    }
    let mut clients = Vec::new();
    for arriving in storm {
        clients.push(arriving.await.expect("no panic"));
    }
    connected(&fleet.health).await;
    for server in [0, 1] {
        fleet.fleet.send(server, Recipients::All, "hello").await;
    }
    for client in &mut clients {
        for _ in 0..2 {
            assert_eq!(client.next().await, r#"Note("hello")"#);
        }
    }
    let mut own = redis.client().await;
    let left = async {
        loop {
            let (_, members): (String, i64) = redis::cmd("PUBSUB")
                .arg(&["NUMSUB", "Chat.Hubs.ChatHub:group:g"])
                .query_async(&mut own)
                .await
                .expect("a count");
            if members == 0 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let waited = tokio::time::timeout(Duration::from_secs(20), left);
    waited.await.expect("all have left the group");
}
