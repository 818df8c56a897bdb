//! Clients that count wrongly, or not at all.

use std::time::Duration;

use serde_json::json;
use signalr::protocol::HubProtocol;
use tokio::time::{Instant, timeout};

use super::client::{Client, Said};
use super::hub::{PATH, Server};
use super::network::Cut;

async fn begin(server: &mut Server) -> Client {
    let client = Client::connect(&server.network).await;
    assert_eq!(server.next().await, "joined");
    client
}

fn sequence(id: i64) -> Vec<u8> {
    let mut message = Vec::new();
    HubProtocol::Json.write_sequence(&mut message, id);
    message
}

#[tokio::test(start_paused = true)]
async fn an_ack_of_what_was_never_sent_frees_nothing() {
    let mut server = Server::new();
    let mut client = begin(&mut server).await;
    client.call("1", "Echo", &[&"kept"]).await;
    for id in [2, 1000, i64::MAX, 0, -1, i64::MIN] {
        client.write_ack(id).await.expect("a whole wire");
    }
    client.call("2", "NoteDown", &[&1]).await;
    assert_eq!(server.next().await, "1");
    client.cut.now();
    client.resume(Cut::default()).await.expect("still there");
    assert_eq!(client.next().await, Some(Said::Sequence(1)));
    assert_eq!(client.result("1").await, json!("kept"));
}

#[tokio::test(start_paused = true)]
async fn a_sequence_that_leaves_messages_out_closes() {
    let mut server = Server::with(|o| o.enable_detailed_errors = true, |endpoint| endpoint);
    for id in [3, 1000, i64::MAX] {
        let mut client = begin(&mut server).await;
        client.ask("1", "Echo", &[&"one"]).await;
        client.write(sequence(id)).await.expect("a whole wire");
        let text = "Sequence ID greater than amount of messages we've received.";
        let closed = Said::Close {
            error: Some(format!(
                "Connection closed with an error. InvalidOperationException: {text}"
            )),
            allow_reconnect: true,
        };
        assert_eq!(client.next().await, Some(closed), "{id}");
        assert_eq!(server.next().await, format!("left: {text}"));
    }
}

#[tokio::test(start_paused = true)]
async fn a_sequence_that_goes_back_makes_messages_old() {
    let mut server = Server::new();
    let mut client = begin(&mut server).await;
    client.ask("1", "NoteDown", &[&1]).await;
    assert_eq!(server.next().await, "1");
    for id in [1, i64::MIN, 0] {
        client.write(sequence(id)).await.expect("a whole wire");
        let again = b"{\"type\":1,\"target\":\"NoteDown\",\"arguments\":[1]}\x1e".to_vec();
        client.write(again).await.expect("a whole wire");
    }
    client.write(sequence(2)).await.expect("a whole wire");
    client.ask("2", "NoteDown", &[&2]).await;
    assert_eq!(server.next().await, "2");
    assert!(server.is_quiet());
}

#[tokio::test(start_paused = true)]
async fn who_never_acknowledges_costs_a_bounded_amount_and_is_closed() {
    const SIZE: usize = 1000;
    let mut server = Server::with(
        |o| {
            o.stateful_reconnect_buffer_size = 10_000;
            o.enable_detailed_errors = true;
        },
        |endpoint| endpoint,
    );
    let mut client = begin(&mut server).await;
    client.call("1", "SendCaller", &[&1000, &SIZE]).await;
    let began = Instant::now();
    let mut received = 0;
    let closed = loop {
        match client.next().await.expect("a Close") {
            Said::Call { .. } => received += 1,
            Said::Close { error, .. } => break error,
            _ => {}
        }
    };
    assert!((10..=11).contains(&received), "{received}");
    assert!(began.elapsed() >= Duration::from_secs(10), "as for a write");
    let text = "Client hasn't acknowledged a message within the configured TransportSendTimeout.";
    assert!(closed.expect("an error").ends_with(text));
    // Who waited for it goes on.
    assert_eq!(server.next().await, format!("left: {text}"));
    assert_eq!(server.next().await, "sent");
}

#[tokio::test(start_paused = true)]
async fn senders_go_on_with_each_acknowledgement() {
    let mut server = Server::with(
        |o| o.stateful_reconnect_buffer_size = 10_000,
        |endpoint| endpoint,
    );
    let mut client = begin(&mut server).await;
    client.call("1", "SendCaller", &[&100, &1000]).await;
    let mut received = 0;
    while received < 100 {
        // Slower than the send time-out as a whole, but never silent for that long.
        match timeout(Duration::from_secs(3), client.next()).await {
            Ok(Some(Said::Call { .. })) => received += 1,
            Ok(said) => assert!(matches!(said, Some(Said::Ack(_))), "{said:?}"),
            Err(_) => client.acknowledge().await.expect("a whole wire"),
        }
    }
    client.acknowledge().await.expect("a whole wire");
    assert_eq!(client.result("1").await, json!(null));
}

#[tokio::test(start_paused = true)]
async fn an_acknowledgement_is_found_behind_calls_that_wait_for_it() {
    let mut server = Server::with(
        |o| o.stateful_reconnect_buffer_size = 1000,
        |endpoint| endpoint,
    );
    let mut client = begin(&mut server).await;
    let text = "x".repeat(600);
    for number in 0..40 {
        client.queue_call(Some(&number.to_string()), "Echo", &[&text]);
    }
    client.flush().await.expect("a whole wire");
    for number in 0..40 {
        assert_eq!(client.result(&number.to_string()).await, json!(text));
        client.acknowledge().await.expect("a whole wire");
    }
}

#[tokio::test(start_paused = true)]
async fn a_client_that_is_away_costs_a_bounded_amount() {
    let mut server = Server::with(
        |o| o.stateful_reconnect_buffer_size = 10_000,
        |endpoint| endpoint.transport_max_buffer_size(5000),
    );
    let mut client = begin(&mut server).await;
    client.cut.now();
    client.drop_socket();
    let hub = server.hub.clone();
    let sending = tokio::spawn(async move {
        for number in 0..1000 {
            let text = format!("{number:01000}");
            let sent = hub.clients().group("all").send("Receive", (text,)).await;
            sent.expect("it can be sent");
        }
    });
    // They wait as they do for a full queue.
    assert!(
        timeout(Duration::from_secs(10), &mut { sending })
            .await
            .is_err()
    );
    client.resume(Cut::default()).await.expect("still there");
    let mut received = 0;
    while received < 1000 {
        if let Said::Call { argument, .. } = client.next().await.expect("a whole wire") {
            assert_eq!(argument, json!(format!("{received:01000}")));
            received += 1;
            client.acknowledge().await.expect("a whole wire");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn acks_are_lost_and_told_again() {
    let mut server = Server::new();
    let mut client = Client::negotiate(&server.network, PATH, HubProtocol::Json).await;
    client.open().await.expect("a socket");
    client.shake_hands(2).await;
    assert_eq!(server.next().await, "joined");
    client.call("1", "NoteDown", &[&1]).await;
    assert_eq!(server.next().await, "1");
    // The server has acknowledged it by then, into a socket that nobody reads.
    let dead = client.leave_socket();
    tokio::time::sleep(Duration::from_secs(3)).await;
    drop(dead);
    client.resume(Cut::default()).await.expect("still there");
    loop {
        match client.next().await.expect("a whole wire") {
            Said::Ack(id) => break assert_eq!(id, 1),
            said => assert!(!matches!(said, Said::Close { .. })),
        }
    }
}
