//! A server under attack, and a client of good will.

use std::future::Future;
use std::pin::pin;
use std::time::Duration;

use futures_util::StreamExt;
use serde_json::{Value, json};
use signalr::{
    CallerContext, EndpointOptions, HubContext, HubError, HubOptions, SignalR, Stream,
    UploadStream, hub,
};
use tokio::sync::{Mutex, MutexGuard};
use tokio::time::{Instant, sleep, timeout};

use super::MEMORY;
use super::wire::{Network, Socket};

pub(crate) const HUB: &str = "/hub";

/// Another path of the same hub.
pub(crate) const OTHER: &str = "/other";

/// What an attack of one client may cost while it goes on: its queues, and the largest message.
pub(crate) const MODEST: usize = 1 << 20;

/// What tables may keep after they have grown.
const CRUMBS: usize = 256 << 10;

/// After this all time-outs have passed.
const LATER: Duration = Duration::from_secs(60);

static TURN: Mutex<()> = Mutex::const_new(());

pub(crate) struct Ground {
    pub(crate) network: Network,
    hub: HubContext<Target>,
    bystander: Bystander,
    _turn: MutexGuard<'static, ()>,
}

impl Ground {
    pub(crate) async fn new() -> Self {
        Self::with(|_| {}, |endpoint| endpoint).await
    }

    pub(crate) async fn with(
        configure: fn(&mut HubOptions),
        endpoint: fn(EndpointOptions) -> EndpointOptions,
    ) -> Self {
        let turn = TURN.lock().await;
        let signalr = SignalR::builder()
            .options(|o| o.enable_detailed_errors = true)
            .hub::<Target>(|_| Ok(Target), configure)
            .build()
            .expect("a complete server");
        let options = EndpointOptions::default();
        let routes = axum::Router::new()
            .merge(signalr.map_with::<Target>(HUB, endpoint(options.clone())))
            .merge(signalr.map_with::<Target>(OTHER, endpoint(options)));
        let network = Network::new(routes);
        // What is made once, with the first connection, belongs to no attack.
        drop(Socket::connect(&network, HUB).await);
        let bystander = Bystander(Socket::connect(&network, HUB).await, 0);
        sleep(LATER).await;
        Self {
            network,
            hub: signalr.context(),
            bystander,
            _turn: turn,
        }
    }

    /// Runs an attack that may cost `limit` bytes of memory while it goes on.
    pub(crate) async fn attacked<T>(
        &mut self,
        what: &str,
        limit: usize,
        attack: impl Future<Output = T>,
    ) -> T {
        let before = MEMORY.current_usage();
        MEMORY.reset_peak_usage();
        let outcome = {
            let mut attack = pin!(timeout(Duration::from_secs(3600), attack));
            loop {
                tokio::select! {
                    biased;
                    outcome = &mut attack => break outcome,
                    () = self.bystander.talk() => {}
                }
            }
        };
        let outcome = outcome.unwrap_or_else(|_| panic!("{what}: has no end"));
        let peak = MEMORY.peak_usage().saturating_sub(before);
        assert!(peak <= limit, "{what}: cost {peak} bytes");
        sleep(LATER).await;
        self.bystander.talk().await;
        assert_eq!(self.connections(), 0, "{what}: still connected");
        let kept = MEMORY.current_usage().saturating_sub(before);
        assert!(kept <= CRUMBS, "{what}: left {kept} bytes behind");
        outcome
    }

    /// How many others are connected.
    pub(crate) fn connections(&self) -> usize {
        self.hub.connections().count() - 1
    }
}

/// Calls the hub every now and then, and is answered at once.
struct Bystander(Socket, u64);

impl Bystander {
    async fn talk(&mut self) {
        sleep(Duration::from_millis(100)).await;
        self.1 += 1;
        let before = Instant::now();
        let answer = self.0.ask(self.1, "Echo", json!(["how are you"])).await;
        assert_eq!(answer["result"], "how are you");
        assert_eq!(before.elapsed(), Duration::ZERO, "the answer took its time");
    }
}

#[derive(Debug)]
pub(crate) struct Target;

#[hub]
impl Target {
    #[on_connected]
    async fn joined(&self, cx: &CallerContext<Self>) -> Result<(), HubError> {
        Ok(cx.groups().add("all").await?)
    }

    pub async fn echo(&self, text: String) -> String {
        text
    }

    pub async fn number(&self, number: i64) -> i64 {
        number
    }

    pub async fn numbers(&self, numbers: Vec<i64>) -> usize {
        numbers.len()
    }

    pub async fn anything(&self, _anything: Value) {}

    pub async fn total(&self, items: UploadStream<i64>) -> i64 {
        items
            .fold(0, async |total, item| total + item.unwrap_or_default())
            .await
    }

    /// Waits until the caller is gone.
    pub async fn wait(&self, cx: &CallerContext<Self>) {
        cx.aborted().cancelled().await;
    }

    pub fn endless(&self) -> impl Stream<Item = i64> {
        futures_util::stream::pending()
    }

    pub async fn ask(&self, cx: &CallerContext<Self>) -> String {
        match cx.clients().caller().invoke("Answer", ()).await {
            Ok::<String, _>(answer) => answer,
            Err(error) => error.to_string(),
        }
    }
}
