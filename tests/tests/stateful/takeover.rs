//! More than one socket for one connection.

use std::time::Duration;

use axum::http::StatusCode;
use futures_util::StreamExt;
use futures_util::future::join_all;
use serde_json::json;
use tokio::time::{Instant, sleep};

use super::client::{Client, Said};
use super::hub::{PATH, Server};
use super::network::Cut;

#[tokio::test(start_paused = true)]
async fn of_many_that_come_back_one_is_let_in() {
    let mut server = Server::new();
    let mut client = Client::connect(&server.network).await;
    assert_eq!(server.next().await, "joined");
    client.call("1", "Echo", &[&"kept"]).await;
    client.cut.now();
    client.drop_socket();
    let (network, token) = (&server.network, &client.token);
    let cuts: Vec<Cut> = (0..20).map(|_| Cut::default()).collect();
    // Until the first has been taken over they all wait; then the others are too late.
    let opened = join_all(cuts.iter().map(|cut| network.open(PATH, token, cut))).await;
    let refused: Vec<_> = opened.iter().filter_map(|one| one.as_ref().err()).collect();
    assert!(
        refused
            .iter()
            .all(|status| **status == Some(StatusCode::CONFLICT)),
        "{refused:?}"
    );
    let let_in = opened.into_iter().filter_map(Result::ok).count();
    assert!(
        (1..=2).contains(&let_in),
        "{let_in}: one, and one that took over"
    );
    for cut in &cuts {
        cut.now();
    }
    sleep(Duration::from_secs(1)).await;
    client.resume(Cut::default()).await.expect("it is unharmed");
    assert_eq!(client.result("1").await, json!("kept"));
}

#[tokio::test(start_paused = true)]
async fn a_socket_that_is_alive_ends_the_connection_when_another_one_comes() {
    let mut server = Server::new();
    let mut client = Client::connect(&server.network).await;
    assert_eq!(server.next().await, "joined");
    let (network, token, cut) = (server.network.clone(), client.token.clone(), Cut::default());
    let (told, second) = tokio::join!(client.next(), network.open(PATH, &token, &cut));
    assert_eq!(told, None, "a Close of the WebSocket, answered by itself");
    assert_eq!(second.err(), Some(Some(StatusCode::NOT_FOUND)));
    assert_eq!(server.next().await, "left");
}

#[tokio::test(start_paused = true)]
async fn a_socket_that_is_dead_is_given_up_for_another_one() {
    let mut server = Server::new();
    let mut client = Client::connect(&server.network).await;
    assert_eq!(server.next().await, "joined");
    client.call("1", "NoteDown", &[&1]).await;
    assert_eq!(server.next().await, "1");
    // Nobody is behind it any more, but no one has told the server.
    let dead = client.leave_socket();
    let began = Instant::now();
    client.resume(Cut::default()).await.expect("let in");
    let waited = began.elapsed();
    assert!(waited >= Duration::from_secs(5), "{waited:?}");
    assert_eq!(client.next().await, Some(Said::Sequence(1)));
    assert_eq!(client.result("1").await, json!(null));
    assert_eq!(client.ask("2", "Echo", &[&"here"]).await, json!("here"));
    assert!(server.is_quiet());
    drop(dead);
}

#[tokio::test(start_paused = true)]
async fn a_newcomer_that_gives_up_leaves_the_place_free() {
    let mut server = Server::new();
    let mut client = Client::connect(&server.network).await;
    assert_eq!(server.next().await, "joined");
    client.cut.now();
    client.drop_socket();
    for bytes in [1, 50, 100, 150] {
        let cut = Cut::after(bytes, usize::MAX);
        if let Ok(mut socket) = server.network.open(PATH, &client.token, &cut).await {
            while let Some(Ok(_)) = socket.next().await {}
        }
        cut.now();
    }
    sleep(Duration::from_secs(6)).await;
    client.resume(Cut::default()).await.expect("still there");
    assert_eq!(client.ask("1", "Echo", &[&"here"]).await, json!("here"));
}
