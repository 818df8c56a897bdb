//! Clients that stop reading their WebSocket, over TCP: what each policy costs them, and that it costs
//! nobody else anything.

use std::time::Duration;

use signalr::server::{SlowConsumerCounts, SlowConsumers};
use signalr::{ConnectionError, EndpointOptions, HubContext, SignalR, hub};
use tokio::sync::mpsc;

use super::client::{Client, serve};

struct Ticker(mpsc::UnboundedSender<String>);

#[hub]
impl Ticker {
    #[on_disconnected]
    async fn left(&self, cause: Option<&ConnectionError>) {
        let cause = cause.map_or_else(|| "left".to_owned(), ToString::to_string);
        // The test may be over.
        let _ = self.0.send(cause);
    }
}

/// How long a message is: a few thousand of them fill all buffers between two programs.
const SIZE: usize = 8 * 1024;
const ENOUGH: u64 = 20_000;

/// A server with a client that reads and one that does not.
struct Stage {
    signalr: SignalR,
    hub: HubContext<Ticker>,
    log: mpsc::UnboundedReceiver<String>,
    quick: Client,
    stopped: Client,
    sent: u64,
}

impl Stage {
    /// A client that takes nothing is dropped after so long.
    async fn new(policy: SlowConsumers, send_timeout: Duration) -> Self {
        let (sender, log) = mpsc::unbounded_channel();
        let signalr = SignalR::builder()
            .hub::<Ticker>(
                |_| Ok(Ticker(sender)),
                |options| options.slow_consumers = policy,
            )
            .build()
            .expect("a complete server");
        let options = EndpointOptions::default().transport_send_timeout(send_timeout);
        let routes = signalr.map_with::<Ticker>("/hub", options);
        let address = serve(axum::Router::new().merge(routes)).await;
        Self {
            hub: signalr.context(),
            signalr,
            log,
            quick: Client::connect(address).await,
            stopped: Client::connect(address).await,
            sent: 0,
        }
    }

    /// With a time-out that never comes: only the policy lets senders go on.
    async fn dropping(policy: SlowConsumers) -> Self {
        Self::new(policy, Duration::MAX).await
    }

    /// Sends one message to both; the one who reads gets it.
    async fn send(&mut self) {
        let number = self.sent;
        let text = "x".repeat(SIZE);
        let sent = self.hub.clients().all().send("Tick", (number, text));
        sent.await.expect("a send that cannot fail");
        assert_eq!(self.quick.tick().await, Some(number));
        self.sent += 1;
    }

    /// Sends until so many messages were dropped.
    async fn send_until_dropped(&mut self, messages: u64) {
        while self.counts().dropped_messages < messages {
            self.send().await;
            assert!(self.sent < ENOUGH, "what waits is not bounded");
        }
    }

    /// What the client that stopped finds when it reads, up to the newest message.
    async fn found(&mut self) -> Vec<u64> {
        let mut found = Vec::new();
        while (found.len() as u64) < self.sent - self.counts().dropped_messages {
            found.push(self.stopped.tick().await.expect("a message"));
        }
        // It reads again, and loses no more.
        self.send().await;
        assert_eq!(self.stopped.tick().await, Some(self.sent - 1));
        assert_eq!(self.counts().ended_connections, 0);
        found
    }

    fn counts(&self) -> SlowConsumerCounts {
        self.signalr.slow_consumers()
    }
}

#[tokio::test]
async fn the_oldest_are_dropped() {
    let mut stage = Stage::dropping(SlowConsumers::DropOldest).await;
    stage.send_until_dropped(100).await;
    let sent = stage.sent;
    let found = stage.found().await;
    assert!(found.is_sorted());
    let gaps = found.windows(2).filter(|pair| pair[1] != pair[0] + 1);
    assert_eq!(gaps.count(), 1);
    assert_eq!((found[0], found.last()), (0, Some(&(sent - 1))));
}

#[tokio::test]
async fn the_newest_are_dropped() {
    let mut stage = Stage::dropping(SlowConsumers::DropNewest).await;
    stage.send_until_dropped(100).await;
    let found = stage.found().await;
    assert_eq!(found, (0..found.len() as u64).collect::<Vec<_>>());
}

#[tokio::test]
async fn the_latest_of_each_key_is_kept() {
    let policy = SlowConsumers::keep_latest_by(|message| {
        message
            .argument::<u64>(0)
            .map(|number| (number % 5).to_string())
    });
    let mut stage = Stage::dropping(policy).await;
    stage.send_until_dropped(100).await;
    let sent = stage.sent;
    let found = stage.found().await;
    assert!(found.is_sorted());
    assert_eq!(
        found[found.len() - 5..],
        (sent - 5..sent).collect::<Vec<_>>()
    );
}

#[tokio::test]
async fn who_does_not_read_is_let_go() {
    let mut stage = Stage::new(SlowConsumers::Disconnect, Duration::from_secs(1)).await;
    while stage.counts().ended_connections == 0 {
        stage.send().await;
        assert!(stage.sent < ENOUGH, "what waits is not bounded");
    }
    assert_eq!(
        stage.log.recv().await.expect("the hub lives"),
        "The client was too slow to take its messages."
    );
    // The others go on.
    for _ in 0..100 {
        stage.send().await;
    }
    assert_eq!(stage.counts().ended_connections, 1);
    assert_eq!(stage.counts().dropped_messages, 0);
    // All that was written arrives before the end.
    let mut numbers = 0..;
    while let Some(number) = stage.stopped.tick().await {
        assert_eq!(Some(number), numbers.next());
    }
}

#[tokio::test]
async fn by_default_senders_wait_up_to_the_send_timeout() {
    let mut stage = Stage::new(SlowConsumers::Wait, Duration::from_secs(1)).await;
    while stage.counts().ended_connections == 0 {
        stage.send().await;
        assert!(stage.sent < ENOUGH, "what waits is not bounded");
    }
    assert_eq!(stage.log.recv().await.expect("the hub lives"), "left");
    for _ in 0..100 {
        stage.send().await;
    }
    assert_eq!(stage.counts().dropped_messages, 0);
}
