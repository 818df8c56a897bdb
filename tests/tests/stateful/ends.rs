//! How long a connection waits for its client, and what ends it.

use std::time::{Duration, SystemTime};

use axum::http::StatusCode;
use serde_json::json;
use signalr::Principal;
use signalr::protocol::HubProtocol;
use signalr::server::DrainOptions;
use tokio::time::{sleep, timeout};

use super::client::{Client, Said};
use super::hub::{PATH, PLAIN, Server};
use super::network::Cut;

const NOT_FOUND: Result<(), Option<StatusCode>> = Err(Some(StatusCode::NOT_FOUND));

async fn begin(server: &mut Server) -> Client {
    let client = Client::connect(&server.network).await;
    assert_eq!(server.next().await, "joined");
    client
}

#[tokio::test(start_paused = true)]
async fn a_connection_waits_for_fifteen_seconds() {
    let mut server = Server::new();
    let mut client = begin(&mut server).await;
    client.cut.now();
    sleep(Duration::from_millis(13_500)).await;
    client.resume(Cut::default()).await.expect("still there");
    assert_eq!(client.next().await, Some(Said::Sequence(1)));
    assert_eq!(client.ask("1", "Echo", &[&"here"]).await, json!("here"));
    assert!(server.is_quiet(), "the hub has noticed nothing");

    client.cut.now();
    sleep(Duration::from_millis(14_000)).await;
    assert!(server.is_quiet());
    assert_eq!(server.next().await, "left");
    assert_eq!(client.resume(Cut::default()).await, NOT_FOUND);
}

#[tokio::test(start_paused = true)]
async fn what_was_going_on_goes_on() {
    let mut server = Server::new();
    let mut client = begin(&mut server).await;
    client.call("1", "Wait", &[]).await;
    assert_eq!(server.next().await, "waiting");
    client.queue_invocation(Some("2"), "Total", &[], &["s"], false);
    client.queue_item("s", 1);
    client.flush().await.expect("a whole wire");
    client.call("3", "Echo", &[&"behind"]).await;
    client.cut.now();
    sleep(Duration::from_secs(5)).await;
    server.gate.add_permits(1);
    client.resume(Cut::default()).await.expect("still there");
    client.queue_item("s", 2);
    client.queue_completion("s", signalr::protocol::Outcome::Void);
    client.flush().await.expect("a whole wire");
    let mut answers = Vec::new();
    while answers.len() < 3 {
        if let Said::Completion(id, result) = client.next().await.expect("a whole wire") {
            answers.push((id, result.expect("a result")));
        }
    }
    answers.sort_by(|one, other| one.0.cmp(&other.0));
    let ids = ["1", "2", "3"].map(str::to_owned);
    let results = [json!(7), json!(3), json!("behind")];
    assert_eq!(answers, ids.into_iter().zip(results).collect::<Vec<_>>());
}

#[tokio::test(start_paused = true)]
async fn a_question_is_answered_over_the_next_socket() {
    let mut server = Server::new();
    let mut client = begin(&mut server).await;
    client.call("1", "Ask", &[]).await;
    let Some(Said::Call { id: Some(id), .. }) = client.next().await else {
        panic!("a question");
    };
    client.cut.now();
    client.queue_completion(&id, signalr::protocol::Outcome::Result(&"well"));
    client.resume(Cut::default()).await.expect("still there");
    assert_eq!(client.result("1").await, json!("well"));
}

#[tokio::test(start_paused = true)]
async fn a_drop_before_the_handshake_leaves_it_to_the_next_socket() {
    let mut server = Server::new();
    let mut client = Client::negotiate(&server.network, PATH, HubProtocol::Json).await;
    client.open().await.expect("a socket");
    client.write(b"{\"proto".to_vec()).await.expect("a wire");
    client.cut.now();
    client.cut = Cut::default();
    client.open().await.expect("still there");
    client.shake_hands(2).await;
    assert_eq!(server.next().await, "joined");
    assert_eq!(client.ask("1", "Echo", &[&"here"]).await, json!("here"));
}

#[tokio::test(start_paused = true)]
async fn half_a_message_is_forgotten_with_its_socket() {
    let mut server = Server::new();
    let mut client = begin(&mut server).await;
    let half = b"{\"type\":1,\"invocationId\":\"1\",\"target\":\"No".to_vec();
    client.write(half).await.expect("a whole wire");
    client.cut.now();
    client.queue_call(Some("1"), "NoteDown", &[&1]);
    client.resume(Cut::default()).await.expect("still there");
    assert_eq!(client.result("1").await, json!(null));
    assert_eq!(server.next().await, "1");
}

#[tokio::test(start_paused = true)]
async fn without_stateful_reconnect_a_drop_is_the_end() {
    let mut server = Server::new();
    // Not allowed, and handshake version 1.
    for (path, version) in [(PLAIN, 2), (PATH, 1)] {
        let mut client = Client::negotiate(&server.network, path, HubProtocol::Json).await;
        client.open().await.expect("a socket");
        client.shake_hands(version).await;
        assert_eq!(server.next().await, "joined");
        let cut = Cut::default();
        let second = server.network.open(path, &client.token, &cut).await;
        assert_eq!(second.err(), Some(Some(StatusCode::CONFLICT)));
        assert_eq!(
            client.ask("1", "Echo", &[&"unharmed"]).await,
            json!("unharmed")
        );
        client.cut.now();
        client.drop_socket();
        assert_eq!(server.next().await, "left");
        assert_eq!(client.resume(Cut::default()).await, NOT_FOUND);
    }
}

#[tokio::test(start_paused = true)]
async fn a_close_is_the_end() {
    let mut server = Server::new();
    let mut client = begin(&mut server).await;
    client
        .write(b"{\"type\":7}\x1e".to_vec())
        .await
        .expect("a whole wire");
    let closed = Said::Close {
        error: None,
        allow_reconnect: false,
    };
    assert_eq!(client.next().await, Some(closed));
    assert_eq!(client.next().await, None);
    client.drop_socket();
    assert_eq!(server.next().await, "left");
    assert_eq!(client.resume(Cut::default()).await, NOT_FOUND);
}

#[tokio::test(start_paused = true)]
async fn a_connection_expires_while_its_client_is_away() {
    let mut server = Server::with(
        |_| {},
        |endpoint| {
            endpoint
                .close_on_authentication_expiration(true)
                .enable_authentication_refresh(true)
        },
    );
    let user = || Principal::without_id();
    let over = || user().with_expiry(SystemTime::now() - Duration::from_secs(1));
    let mut here = begin(&mut server).await;
    let mut away = begin(&mut server).await;
    away.cut.now();
    away.drop_socket();
    sleep(Duration::from_secs(5)).await;
    for principal in [user(), over()] {
        let status = server.network.refresh(PATH, &away.token, principal).await;
        assert_eq!(status, StatusCode::OK);
    }
    // Long before the fifteen seconds are over.
    let left = timeout(Duration::from_secs(3), server.next()).await;
    assert_eq!(left.as_deref(), Ok("left"));
    assert_eq!(away.resume(Cut::default()).await, NOT_FOUND);
    let late = server.network.refresh(PATH, &away.token, user()).await;
    assert_eq!(late, StatusCode::NOT_FOUND);

    let status = server.network.refresh(PATH, &here.token, over()).await;
    assert_eq!(status, StatusCode::OK);
    let expired = Said::Close {
        error: None,
        allow_reconnect: true,
    };
    assert_eq!(here.next().await, Some(expired));
    assert_eq!(server.next().await, "left");
    assert_eq!(here.resume(Cut::default()).await, NOT_FOUND);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_stops_waits_for_nobody() {
    let mut server = Server::new();
    let mut attached = begin(&mut server).await;
    let mut away = begin(&mut server).await;
    away.call("1", "Wait", &[]).await;
    assert_eq!(server.next().await, "waiting");
    away.cut.now();
    away.drop_socket();
    server.gate.add_permits(1);
    server.signalr.drain(DrainOptions::default()).await;
    let released = Said::Close {
        error: None,
        allow_reconnect: true,
    };
    assert_eq!(attached.next().await, Some(released));
    for _ in 0..2 {
        assert_eq!(server.next().await, "left");
    }
    assert!(away.resume(Cut::default()).await.is_err());
}
