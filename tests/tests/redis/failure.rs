//! Redis killed, paused, replaced, closed to us.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use signalr::server::lifetime::spec::TestClient;
use signalr::server::lifetime::{EncodedMessage, Recipients};
use signalr::server::redis::{BackplaneError, RedisHealth, RedisState};
use signalr::{ClientResultError, HubProtocol, SendError};

use crate::fleet::{RedisFleet, lifetime, options, servers};
use crate::server::RedisServer;

pub(crate) async fn disconnected(health: &RedisHealth) -> Arc<str> {
    let mut state = health.watch();
    let down = state.wait_for(|state| matches!(state, RedisState::Disconnected(_)));
    let state = tokio::time::timeout(Duration::from_secs(20), down)
        .await
        .expect("it is noticed")
        .expect("it is watched")
        .clone();
    match state {
        RedisState::Disconnected(why) => why,
        other => panic!("{other:?}"),
    }
}

pub(crate) async fn connected(health: &[RedisHealth]) {
    for health in health {
        tokio::time::timeout(Duration::from_secs(20), health.connected())
            .await
            .expect("connected again");
    }
}

pub(crate) fn backplane_error(error: &SendError) -> &BackplaneError {
    match error {
        SendError::Backend(error) => error.downcast_ref().expect("an error of the backplane"),
        other => panic!("{other:?}"),
    }
}

async fn client(fleet: &RedisFleet, server: usize, id: &str) -> TestClient {
    let server = fleet.fleet.server(server);
    TestClient::connect(server, id, Some("ann"), HubProtocol::Json).await
}

#[tokio::test]
async fn without_redis_the_own_clients_are_served_and_all_comes_back() {
    let Some(mut redis) = RedisServer::start("Redis killed and started") else {
        return;
    };
    let fleet = servers(&redis, 2, |options| options).await;
    let mut near = client(&fleet, 0, "near").await;
    let mut far = client(&fleet, 1, "far").await;
    fleet
        .fleet
        .server(0)
        .add_to_group("far", "g")
        .await
        .expect("joined");

    redis.kill();
    for health in &fleet.health {
        disconnected(health).await;
    }
    let to_all = [
        Recipients::All,
        Recipients::User("ann".into()),
        Recipients::AllExcept(Arc::new([])),
    ];
    for to in to_all {
        let sent = fleet.fleet.try_send(0, to, "Note", "near only").await;
        let error = sent.expect_err("the others cannot be reached");
        assert_eq!(backplane_error(&error), &BackplaneError::Unavailable);
        assert_eq!(near.next().await, r#"Note("near only")"#);
    }
    // Nothing of this needs Redis.
    let server = fleet.fleet.server(0);
    server.add_to_group("near", "g").await.expect("joined");
    server.add_to_group("near", "left").await.expect("joined");
    server
        .remove_from_group("near", "left")
        .await
        .expect("left");
    fleet
        .fleet
        .send(0, Recipients::Connection("near".into()), "own")
        .await;
    assert_eq!(near.next().await, r#"Note("own")"#);
    let mut late = client(&fleet, 0, "late").await;
    let gone = client(&fleet, 0, "gone").await;
    gone.leave().await;
    // This does.
    let error = server.add_to_group("far", "h").await.expect_err("no Redis");
    assert_eq!(backplane_error(&error), &BackplaneError::Unavailable);
    let message = EncodedMessage::default();
    let asked = server.ask("far".into(), "q".to_owned(), message).await;
    assert!(
        matches!(asked, Err(ClientResultError::Backend(_))),
        "{asked:?}"
    );

    redis.restart();
    connected(&fleet.health).await;
    // What was subscribed before is again, and so is what was joined meanwhile.
    for (server, note) in [(0, "0"), (1, "1")] {
        fleet.fleet.send(server, Recipients::All, note).await;
        fleet
            .fleet
            .send(server, Recipients::Group("g".into()), note)
            .await;
        let expected = format!("Note({note:?})");
        assert_eq!(late.next().await, expected);
        for client in [&mut near, &mut far] {
            assert_eq!(client.next().await, expected);
            assert_eq!(client.next().await, expected);
        }
    }
    fleet
        .fleet
        .send(1, Recipients::Connection("late".into()), "you")
        .await;
    assert_eq!(late.next().await, r#"Note("you")"#);
    let mut own = redis.client().await;
    let left: Vec<String> = redis::cmd("PUBSUB")
        .arg("CHANNELS")
        .arg("*:left")
        .query_async(&mut own)
        .await
        .expect("a list");
    assert!(left.is_empty(), "{left:?}");
    assert!(fleet.health[0].counters().connected >= 2);
}

#[tokio::test]
async fn a_redis_that_says_nothing_counts_as_lost() {
    let Some(redis) = RedisServer::start("Redis paused") else {
        return;
    };
    let limit = Duration::from_millis(500);
    let fleet = servers(&redis, 2, |options| options.command_timeout(limit)).await;
    let mut near = client(&fleet, 0, "near").await;
    let mut far = client(&fleet, 1, "far").await;
    redis.pause();
    let began = Instant::now();
    let sent = fleet
        .fleet
        .try_send(0, Recipients::All, "Note", "paused")
        .await;
    let error = sent.expect_err("Redis does not answer");
    assert_eq!(backplane_error(&error), &BackplaneError::Lost);
    assert!(began.elapsed() < Duration::from_secs(10));
    assert_eq!(near.next().await, r#"Note("paused")"#);
    disconnected(&fleet.health[0]).await;
    redis.resume();
    connected(&fleet.health).await;
    // What Redis had not read of the connection that was given up may not come up again: nobody
    // would know it for an own message any more.
    fleet.fleet.send(0, Recipients::All, "again").await;
    assert_eq!(near.next().await, r#"Note("again")"#);
    loop {
        match &*far.next().await {
            r#"Note("again")"# => break,
            r#"Note("paused")"# => {}
            other => panic!("{other}"),
        }
    }
}

#[tokio::test]
async fn a_question_fails_when_the_way_back_is_lost() {
    let Some(mut redis) = RedisServer::start("Redis killed under a question") else {
        return;
    };
    let fleet = servers(&redis, 2, |options| options).await;
    let mut far = client(&fleet, 1, "far").await;
    let server = Arc::clone(fleet.fleet.server(0));
    let asking = tokio::spawn(async move {
        let id = server.next_question();
        let to = Recipients::Connection("far".into());
        let message = EncodedMessage::invocation(server.protocols(&to), Some(&id), "Name", &[])
            .expect("no arguments");
        server.ask("far".into(), id, message).await
    });
    far.question().await;
    redis.kill();
    let answer = asking.await.expect("no panic");
    assert!(
        matches!(answer, Err(ClientResultError::Backend(_))),
        "{answer:?}"
    );
}

#[tokio::test]
async fn a_server_that_dies_fails_the_questions_to_its_clients() {
    let Some(redis) = RedisServer::start("a server that dies") else {
        return;
    };
    let fleet = servers(&redis, 1, |options| options).await;
    let other = options(&redis.address());
    let health = other.health();
    let dying = lifetime(other);
    health.connected().await;
    let mut far = TestClient::connect(&dying, "far", None, HubProtocol::Json).await;
    let server = Arc::clone(fleet.fleet.server(0));
    let asking = tokio::spawn(async move {
        let id = server.next_question();
        let to = Recipients::Connection("far".into());
        let message = EncodedMessage::invocation(server.protocols(&to), Some(&id), "Name", &[])
            .expect("no arguments");
        server.ask("far".into(), id, message).await
    });
    far.question().await;
    drop(far);
    drop(dying);
    let answer = asking.await.expect("no panic");
    assert!(
        matches!(&answer, Err(ClientResultError::Disconnected(id)) if id == "far"),
        "{answer:?}"
    );
}

#[tokio::test]
async fn a_command_that_nobody_acknowledges_fails_in_time() {
    let Some(redis) = RedisServer::start("no acknowledgement") else {
        return;
    };
    let limit = Duration::from_millis(300);
    let fleet = servers(&redis, 1, |options| options.ack_timeout(limit)).await;
    // Somebody is subscribed to the connection's channel and does nothing.
    let address = format!("{}/?protocol=resp3", redis.address());
    let (sender, _messages) = tokio::sync::mpsc::unbounded_channel();
    let config = redis::AsyncConnectionConfig::new().set_push_sender(sender);
    let mut mute = redis::Client::open(address)
        .expect("an address")
        .get_multiplexed_async_connection_with_config(&config)
        .await
        .expect("Redis answers");
    mute.subscribe("Chat.Hubs.ChatHub:connection:x")
        .await
        .expect("subscribed");
    let error = fleet
        .fleet
        .server(0)
        .add_to_group("x", "g")
        .await
        .expect_err("nobody answers");
    assert_eq!(
        backplane_error(&error),
        &BackplaneError::NotAcknowledged(limit)
    );
    assert_eq!(
        error.to_string(),
        "the scale-out backend failed: no server has acknowledged it within 300ms"
    );
}

#[tokio::test]
async fn a_server_starts_before_its_redis() {
    let Some(mut redis) = RedisServer::start("a server before its Redis") else {
        return;
    };
    redis.kill();
    let options = options(&redis.address());
    let health = options.health();
    assert_eq!(health.state(), RedisState::Starting);
    let server = lifetime(options);
    let mut early = TestClient::connect(&server, "early", None, HubProtocol::Json).await;
    let why = disconnected(&health).await;
    assert!(why.contains("refused"), "{why}");
    redis.restart();
    connected(&[health]).await;
    let others = servers(&redis, 1, |options| options).await;
    others.fleet.send(0, Recipients::All, "hello").await;
    assert_eq!(early.next().await, r#"Note("hello")"#);
}

#[tokio::test]
async fn wrong_credentials_are_told() {
    let Some(redis) = RedisServer::start_with("credentials", &["--requirepass", "secret"]) else {
        return;
    };
    let wrong = options(&redis.address()).password("guess");
    let health = wrong.health();
    let _server = lifetime(wrong);
    disconnected(&health).await;
    let right = options(&redis.address())
        .user("default")
        .password("secret")
        .database(3);
    let health = right.health();
    let _server = lifetime(right);
    connected(&[health]).await;
}

#[tokio::test]
async fn a_user_without_the_channels_is_told() {
    let Some(redis) = RedisServer::start("rights") else {
        return;
    };
    let mut own = redis.client().await;
    for user in [
        &["ACL", "SETUSER", "app", "on", ">pw", "+@all", "&MyApp*"][..],
        &[
            "ACL",
            "SETUSER",
            "none",
            "on",
            ">pw",
            "+@all",
            "resetchannels",
        ],
    ] {
        let mut command = redis::cmd(user[0]);
        command.arg(&user[1..]);
        command.exec_async(&mut own).await.expect("a user");
    }
    let good = options(&redis.address())
        .user("app")
        .password("pw")
        .channel_prefix("MyApp");
    let health = good.health();
    let server = lifetime(good);
    connected(&[health]).await;
    let mut client = TestClient::connect(&server, "c", None, HubProtocol::Json).await;
    let to = Recipients::All;
    let message =
        EncodedMessage::invocation(server.protocols(&to), None, "Note", &[&"hi"]).expect("a text");
    server.send(to, message).await.expect("sent");
    assert_eq!(client.next().await, r#"Note("hi")"#);

    let bad = options(&redis.address()).user("none").password("pw");
    let health = bad.health();
    let _server = lifetime(bad);
    let why = disconnected(&health).await;
    assert!(why.to_lowercase().contains("perm"), "{why}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn under_load_own_clients_miss_nothing_and_nobody_gets_anything_twice() {
    let Some(mut redis) = RedisServer::start("Redis restarted under load") else {
        return;
    };
    let fleet = servers(&redis, 2, |options| options).await;
    let mut near = client(&fleet, 0, "near").await;
    let mut far = client(&fleet, 1, "far").await;
    let stop = Arc::new(AtomicBool::new(false));
    let sending = tokio::spawn({
        let (fleet, stop) = (fleet.fleet.clone(), Arc::clone(&stop));
        async move {
            let (mut number, mut failed) = (0_u32, 0_u32);
            while !stop.load(Ordering::Relaxed) {
                let sent = fleet
                    .try_send(0, Recipients::All, "Note", &number.to_string())
                    .await;
                number += 1;
                if sent.is_err() {
                    failed += 1;
                    // As many as there is time for would fail.
                    tokio::time::sleep(Duration::from_millis(1)).await;
                }
            }
            fleet.send(0, Recipients::All, "end").await;
            (number, failed)
        }
    });
    let reading = tokio::spawn(async move {
        let (mut of_near, mut of_far) = (Vec::new(), Vec::new());
        let near = async {
            loop {
                let note = near.next().await;
                if note == r#"Note("end")"# {
                    break;
                }
                of_near.push(note);
            }
        };
        let far = async {
            loop {
                let note = far.next().await;
                if note == r#"Note("end")"# {
                    break;
                }
                of_far.push(note);
            }
        };
        tokio::join!(near, far);
        (of_near, of_far)
    });
    let accepted = |least: u64| {
        let health = fleet.health[0].clone();
        async move {
            while health.counters().published < least {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        }
    };
    for _ in 0..2 {
        accepted(fleet.health[0].counters().published + 200).await;
        redis.kill();
        disconnected(&fleet.health[0]).await;
        redis.restart();
        connected(&fleet.health).await;
    }
    accepted(fleet.health[0].counters().published + 200).await;
    stop.store(true, Ordering::Relaxed);
    let (sent, failed) = sending.await.expect("no panic");
    let (of_near, of_far) = reading.await.expect("all is read");
    let all: Vec<_> = (0..sent)
        .map(|number| format!("Note(\"{number}\")"))
        .collect();
    assert!(of_near == all, "own clients miss nothing, in order, once");
    let numbers: Vec<u32> = of_far
        .iter()
        .map(|note| note[6..note.len() - 2].parse().expect("a number"))
        .collect();
    assert!(numbers.is_sorted_by(|a, b| a < b), "in order, once");
    // Redis stops answering before it stops delivering, and the other server comes back later.
    let missed = sent as usize - numbers.len();
    println!("{sent} sent, {failed} failed, {missed} missed by the other server");
    assert!(failed > 0 && numbers.len() >= 600);
}
