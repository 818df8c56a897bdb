//! Clients that are away, or do not acknowledge, while messages for them may be dropped.

use std::time::Duration;

use signalr::server::SlowConsumers;
use tokio::time::{Instant, sleep};

use super::client::{Client, Said};
use super::hub::Server;
use super::network::Cut;

/// Each 1000 bytes: more than fit into a queue and what may be unacknowledged.
const MANY: i64 = 400;

/// Sends so many numbered messages to all, and says how long that took.
async fn send(server: &Server, numbers: std::ops::Range<i64>) -> Duration {
    let before = Instant::now();
    for number in numbers {
        let text = format!("{number:1000}");
        let sent = server.hub.clients().all().send("Receive", (text,));
        sent.await.expect("a send that cannot fail");
    }
    before.elapsed()
}

async fn begin(server: &mut Server) -> Client {
    let client = Client::connect(&server.network).await;
    assert_eq!(server.next().await, "joined");
    client
}

/// The next message's number.
async fn number(client: &mut Client) -> i64 {
    loop {
        match client.next().await.expect("a message") {
            Said::Call { argument, .. } => {
                let text = argument.as_str().expect("a text");
                return text.trim().parse().expect("a number");
            }
            Said::Ack(_) => {}
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_was_sent_is_never_dropped_and_what_waits_for_who_is_away_may_be() {
    let mut server = Server::with(
        |options| options.slow_consumers = SlowConsumers::DropOldest,
        |endpoint| endpoint,
    );
    let mut client = begin(&mut server).await;
    send(&server, 0..3).await;
    assert_eq!(number(&mut client).await, 0);
    client.cut.now();
    let waited = send(&server, 3..MANY).await;
    assert_eq!(waited, Duration::ZERO);
    let dropped = server.signalr.slow_consumers().dropped_messages;
    assert!(dropped > 0);
    client.resume(Cut::default()).await.expect("still there");
    // The client counts on: a message left out among those with a number would be a wrong one.
    assert_eq!(client.next().await, Some(Said::Sequence(1)));
    let mut found = vec![0];
    while found.last() != Some(&(MANY - 1)) {
        found.push(number(&mut client).await);
        client.acknowledge().await.expect("a whole wire");
    }
    assert!(found.is_sorted());
    assert!(found.starts_with(&[0, 1, 2]));
    assert_eq!(found.len() as u64 + dropped, MANY as u64);
    // And both go on.
    assert_eq!(client.ask("1", "Echo", &[&"well"]).await, "well");
    client.cut.now();
    client.resume(Cut::default()).await.expect("still there");
    assert!(matches!(client.next().await, Some(Said::Sequence(_))));
    assert_eq!(client.ask("2", "Echo", &[&"again"]).await, "again");
}

#[tokio::test(start_paused = true)]
async fn the_latest_of_a_key_comes_after_the_acknowledgement() {
    let mut server = Server::with(
        |options| options.slow_consumers = SlowConsumers::KeepLatest(Default::default()),
        |endpoint| endpoint,
    );
    let mut client = begin(&mut server).await;
    let mut next = 0;
    let mut found = Vec::new();
    // It reads all that comes, and acknowledges nothing.
    while server.signalr.slow_consumers().dropped_messages == 0 {
        assert_eq!(send(&server, next..next + 1).await, Duration::ZERO);
        next += 1;
        assert!(next < MANY, "it is bounded");
        // Once all is quiet, what may be sent has been.
        while let Ok(number) =
            tokio::time::timeout(Duration::from_millis(1), number(&mut client)).await
        {
            found.push(number);
        }
    }
    assert_eq!(server.signalr.slow_consumers().ended_connections, 0);
    // Up to the limit everything has arrived, and what waits is only the last.
    assert_eq!(found, (0..found.len() as i64).collect::<Vec<_>>());
    client.acknowledge().await.expect("a whole wire");
    assert_eq!(number(&mut client).await, next - 1);
    assert_eq!(client.ask("1", "Echo", &[&"well"]).await, "well");
}

#[tokio::test(start_paused = true)]
async fn who_never_acknowledges_is_closed_though_nobody_waits() {
    let mut server = Server::with(
        |options| options.slow_consumers = SlowConsumers::DropNewest,
        |endpoint| endpoint,
    );
    let mut client = begin(&mut server).await;
    let reading = tokio::spawn(async move { while client.next().await.is_some() {} });
    let mut next = 0;
    while server.signalr.slow_consumers().dropped_messages == 0 {
        assert_eq!(send(&server, next..next + 1).await, Duration::ZERO);
        next += 1;
        sleep(Duration::from_millis(1)).await;
    }
    assert!(
        server
            .next()
            .await
            .starts_with("left: Client hasn't acknowledged")
    );
    assert_eq!(server.signalr.slow_consumers().ended_connections, 1);
    reading.await.expect("no panic");
}

#[tokio::test(start_paused = true)]
async fn who_is_away_for_too_much_is_let_go() {
    let mut server = Server::with(
        |options| options.slow_consumers = SlowConsumers::Disconnect,
        |endpoint| endpoint,
    );
    let mut client = begin(&mut server).await;
    client.cut.now();
    let waited = send(&server, 0..MANY).await;
    assert_eq!(waited, Duration::ZERO);
    assert_eq!(
        server.next().await,
        "left: The client was too slow to take its messages."
    );
    assert_eq!(server.signalr.slow_consumers().ended_connections, 1);
    client.resume(Cut::default()).await.expect_err("it is gone");
}
