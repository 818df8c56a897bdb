//! A hub that a connection should never lose sight of.

use std::fmt;
use std::sync::Arc;

use futures_util::{StreamExt, stream};
use signalr::{
    CallerContext, ConnectionError, EndpointOptions, HubContext, HubError, HubOptions, SignalR,
    Stream, UploadStream, hub,
};
use tokio::sync::{Semaphore, mpsc};

use super::network::Network;

/// What every connection of these tests is opened at.
pub(crate) const PATH: &str = "/hub";

/// Where stateful reconnect is not allowed.
pub(crate) const PLAIN: &str = "/plain";

pub(crate) struct Server {
    pub(crate) network: Network,
    pub(crate) signalr: SignalR,
    pub(crate) hub: HubContext<Ledger>,
    /// What clients noted down, and how connections began and ended.
    pub(crate) log: mpsc::UnboundedReceiver<String>,
    /// Each permit lets one call of `wait` go.
    pub(crate) gate: Arc<Semaphore>,
}

impl Server {
    pub(crate) fn new() -> Self {
        Self::with(|_| {}, |endpoint| endpoint)
    }

    pub(crate) fn with(
        configure: fn(&mut HubOptions),
        endpoint: fn(EndpointOptions) -> EndpointOptions,
    ) -> Self {
        let (sender, log) = mpsc::unbounded_channel();
        let gate = Arc::new(Semaphore::new(0));
        let hub = Ledger {
            log: sender,
            gate: Arc::clone(&gate),
        };
        let signalr = SignalR::builder()
            .hub::<Ledger>(move |_| Ok(hub), configure)
            .build()
            .expect("a complete server");
        let options = endpoint(EndpointOptions::default().allow_stateful_reconnects(true));
        let routes = axum::Router::new()
            .merge(signalr.map_with::<Ledger>(PATH, options))
            .merge(signalr.map::<Ledger>(PLAIN));
        Self {
            network: Network::new(routes),
            hub: signalr.context(),
            signalr,
            log,
            gate,
        }
    }

    /// The next thing that is noted down.
    pub(crate) async fn next(&mut self) -> String {
        self.log.recv().await.expect("the hub lives")
    }

    /// Whether nothing is noted down yet.
    pub(crate) fn is_quiet(&mut self) -> bool {
        self.log.try_recv().is_err()
    }
}

pub(crate) struct Ledger {
    log: mpsc::UnboundedSender<String>,
    gate: Arc<Semaphore>,
}

impl fmt::Debug for Ledger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ledger").finish_non_exhaustive()
    }
}

impl Ledger {
    fn note(&self, what: impl Into<String>) {
        // The test may be over.
        let _ = self.log.send(what.into());
    }
}

#[hub]
impl Ledger {
    #[on_connected]
    async fn joined(&self, cx: &CallerContext<Self>) -> Result<(), HubError> {
        cx.groups().add("all").await?;
        self.note("joined");
        Ok(())
    }

    #[on_disconnected]
    async fn left(&self, cause: Option<&ConnectionError>) {
        self.note(match cause {
            None => "left".to_owned(),
            Some(cause) => format!("left: {cause}"),
        });
    }

    pub async fn note_down(&self, number: i64) {
        self.note(number.to_string());
    }

    pub async fn echo(&self, text: String) -> String {
        text
    }

    /// Waits for a permit of the gate.
    pub async fn wait(&self) -> i64 {
        self.note("waiting");
        if let Ok(permit) = self.gate.acquire().await {
            permit.forget();
        }
        7
    }

    pub async fn remember(&self, cx: &CallerContext<Self>, number: i64) {
        cx.items().insert(number);
    }

    pub async fn recall(&self, cx: &CallerContext<Self>) -> Option<i64> {
        cx.items().get::<i64>().map(|number| *number)
    }

    /// Sends the caller so many messages of so many bytes.
    pub async fn send_caller(
        &self,
        cx: &CallerContext<Self>,
        count: usize,
        size: usize,
    ) -> Result<(), HubError> {
        for _ in 0..count {
            cx.clients()
                .caller()
                .send("Receive", ("x".repeat(size),))
                .await?;
        }
        self.note("sent");
        Ok(())
    }

    pub async fn total(&self, items: UploadStream<i64>) -> i64 {
        items
            .fold(0, async |total, item| total + item.unwrap_or_default())
            .await
    }

    /// Reads one item and leaves the others.
    pub async fn first(&self, mut items: UploadStream<i64>) -> i64 {
        items.next().await.and_then(Result::ok).unwrap_or_default()
    }

    pub fn numbers(&self, count: i64) -> impl Stream<Item = i64> {
        stream::iter(0..count)
    }

    pub async fn ask(&self, cx: &CallerContext<Self>) -> String {
        match cx.clients().caller().invoke("Answer", ("well?",)).await {
            Ok::<String, _>(answer) => answer,
            Err(error) => format!("failed: {error}"),
        }
    }
}
