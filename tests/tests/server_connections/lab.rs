//! A hub to experiment with.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};

use futures_util::{StreamExt, stream};
use serde::{Deserialize, Deserializer};
use signalr::server::lifetime::{HubInfo, InProcess, LifetimeManager};
use signalr::{
    CallerContext, CancellationToken, ConnectionError, HubError, HubOptions, Services, SignalR,
    Stream, UploadStream, hub,
};
use tokio::sync::{Semaphore, mpsc};

/// What happens in the hub, as it happens.
type Log = mpsc::UnboundedSender<String>;

/// A server; its clients are by turns ann and bob.
pub(crate) struct Lab {
    pub(crate) signalr: SignalR,
    local: Arc<InProcess>,
    pub(crate) log: mpsc::UnboundedReceiver<String>,
    /// Each permit lets one call of `wait` go.
    pub(crate) gate: Arc<Semaphore>,
}

impl Lab {
    pub(crate) fn new() -> Self {
        Self::with(|_| {}, Joining::Plain)
    }

    pub(crate) fn joining(joining: Joining) -> Self {
        Self::with(|_| {}, joining)
    }

    pub(crate) fn with(
        configure: impl FnOnce(&mut HubOptions) + 'static,
        joining: Joining,
    ) -> Self {
        let (sender, log) = mpsc::unbounded_channel();
        let gate = Arc::new(Semaphore::new(0));
        let hub = LabHub {
            log: sender.clone(),
            gate: Arc::clone(&gate),
            joining,
        };
        let arrived = AtomicUsize::new(0);
        let services = Services::new().add_scoped(move |_| Ok(Arc::new(Scoped(sender.clone()))));
        let local = Arc::<InProcess>::default();
        let lifetime = Arc::clone(&local);
        let signalr = SignalR::builder()
            .scale_out(move |_: &HubInfo| Ok(Arc::clone(&lifetime) as Arc<dyn LifetimeManager>))
            .services(services)
            .user_id_provider(move |_| {
                let number = arrived.fetch_add(1, Ordering::Relaxed);
                Some(["ann", "bob"][number % 2].to_owned())
            })
            .hub::<LabHub>(move |_| Ok(hub), configure)
            .build()
            .expect("a complete server");
        Self {
            signalr,
            local,
            log,
            gate,
        }
    }

    /// The connections as a backend has them that joins several servers.
    pub(crate) fn local(&self) -> &InProcess {
        &self.local
    }

    /// The next thing that happens in the hub.
    pub(crate) async fn seen(&mut self) -> String {
        self.log.recv().await.expect("the hub lives")
    }
}

/// What `on_connected` does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Joining {
    Plain,
    /// Says nothing to who has left.
    Brief,
    /// Waits for the connection's end.
    UntilGone,
    /// Aborts the connection and waits for its end.
    Abort,
    /// Sends the caller more than any queue holds.
    SendMuch,
    /// Asks the caller when it has left.
    AskTooLate,
    Panic,
    /// Panics when the client leaves.
    PanicLeaving,
    /// Never lets go of a client that leaves.
    HangLeaving,
}

pub(crate) struct LabHub {
    log: Log,
    gate: Arc<Semaphore>,
    joining: Joining,
}

impl std::fmt::Debug for LabHub {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LabHub").finish_non_exhaustive()
    }
}

impl LabHub {
    fn note(&self, what: impl Into<String>) {
        // The test may be over.
        let _ = self.log.send(what.into());
    }
}

/// Says when its call's scope is dropped.
pub(crate) struct Scoped(Log);

impl Drop for Scoped {
    fn drop(&mut self) {
        let _ = self.0.send("scope dropped".into());
    }
}

/// An argument whose own code panics.
#[derive(Debug)]
pub(crate) struct Bomb;

impl<'de> Deserialize<'de> for Bomb {
    fn deserialize<D: Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        panic!("a bomb was read");
    }
}

/// A stream that says when it is dropped.
struct Noted<S>(S, Log);

impl<S: Stream + Unpin> Stream for Noted<S> {
    type Item = S::Item;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<S::Item>> {
        self.0.poll_next_unpin(cx)
    }
}

impl<S> Drop for Noted<S> {
    fn drop(&mut self) {
        let _ = self.1.send("stream dropped".into());
    }
}

#[hub]
impl LabHub {
    #[on_connected]
    async fn joined(&self, cx: &CallerContext<Self>) -> Result<(), HubError> {
        match self.joining {
            Joining::Plain
            | Joining::Brief
            | Joining::AskTooLate
            | Joining::PanicLeaving
            | Joining::HangLeaving => {}
            Joining::Panic => panic!("on purpose"),
            Joining::UntilGone => {
                self.note("joining");
                cx.aborted().cancelled().await;
                self.note("gone while joining");
            }
            Joining::Abort => {
                cx.abort();
                cx.aborted().cancelled().await;
                self.note("aborted while joining");
            }
            Joining::SendMuch => {
                for number in 0..1000 {
                    let text = "x".repeat(1000);
                    cx.clients()
                        .caller()
                        .send("Receive", (number, text))
                        .await?;
                }
            }
        }
        cx.groups().add("all").await?;
        Ok(())
    }

    #[on_disconnected]
    async fn left(&self, cx: &CallerContext<Self>, cause: Option<&ConnectionError>) {
        assert_ne!(self.joining, Joining::PanicLeaving, "on purpose");
        if self.joining == Joining::HangLeaving {
            self.note("leaving");
            std::future::pending::<()>().await;
        }
        if self.joining == Joining::AskTooLate {
            let answer = cx.clients().caller().invoke::<String>("Answer", ()).await;
            self.note(answer.unwrap_or_else(|error| format!("{}: {error}", error.kind())));
        }
        // Nobody reads it, and nobody waits for that.
        let messages = if self.joining == Joining::Brief {
            0
        } else {
            1000
        };
        for _ in 0..messages {
            let _ = cx
                .clients()
                .caller()
                .send("Receive", ("x".repeat(1000),))
                .await;
        }
        self.note(match cause {
            None => "left".to_owned(),
            Some(cause) => format!("left: {cause}"),
        });
    }

    pub async fn echo(&self, text: String) -> String {
        text
    }

    pub async fn note_down(&self, text: String) {
        self.note(text);
    }

    pub fn connection_id(&self, cx: &CallerContext<Self>) -> String {
        cx.connection_id().to_owned()
    }

    /// Waits for a permit of the gate.
    pub async fn wait(&self) {
        self.note("waiting");
        if let Ok(permit) = self.gate.acquire().await {
            permit.forget();
        }
        self.note("waited");
    }

    pub async fn until_gone(&self, cx: &CallerContext<Self>) {
        self.note("until gone");
        cx.aborted().cancelled().await;
        self.note("gone");
    }

    /// Sends the caller so many messages of so many bytes, numbered.
    pub async fn send_caller(
        &self,
        cx: &CallerContext<Self>,
        count: usize,
        size: usize,
    ) -> Result<(), HubError> {
        for number in 0..count {
            let text = "x".repeat(size);
            cx.clients()
                .caller()
                .send("Receive", (number, text))
                .await?;
        }
        Ok(())
    }

    /// Sends each member of the group `all` one message.
    pub async fn send_all(&self, cx: &CallerContext<Self>, text: String) -> Result<(), HubError> {
        cx.clients().group("all").send("Receive", (text,)).await?;
        self.note("sent to all");
        Ok(())
    }

    pub async fn ask(&self, cx: &CallerContext<Self>, question: String) -> String {
        match cx.clients().caller().invoke("Answer", (question,)).await {
            Ok::<String, _>(answer) => answer,
            Err(error) => format!("failed: {error}"),
        }
    }

    pub async fn join(&self, cx: &CallerContext<Self>, group: String) -> Result<(), HubError> {
        Ok(cx.groups().add(&group).await?)
    }

    /// Joins a group with a permit of the gate.
    pub async fn join_late(&self, cx: &CallerContext<Self>, group: String) -> Result<(), HubError> {
        self.wait().await;
        cx.groups().add(&group).await?;
        self.note("joined");
        Ok(())
    }

    #[authorize]
    pub async fn for_users(&self) {}

    /// Never ends by itself.
    pub async fn hold(&self, _scoped: Arc<Scoped>) {
        self.note("holding");
        std::future::pending().await
    }

    /// Runs until it is cancelled.
    pub async fn until_cancelled(&self, stop: CancellationToken) -> String {
        self.note("running");
        stop.cancelled().await;
        self.note("cancelled");
        "cancelled".into()
    }

    /// The same, with an upload.
    pub async fn upload_until_cancelled(
        &self,
        _items: UploadStream<i64>,
        stop: CancellationToken,
    ) -> String {
        self.until_cancelled(stop).await
    }

    /// Asks the caller until it is cancelled.
    pub async fn ask_until_cancelled(
        &self,
        cx: &CallerContext<Self>,
        stop: CancellationToken,
    ) -> String {
        let question = cx.clients().caller().invoke::<String>("Answer", ("?",));
        match stop.run_until_cancelled(question).await {
            None => "cancelled".into(),
            Some(Ok(answer)) => answer,
            Some(Err(error)) => error.to_string(),
        }
    }

    pub async fn panics(&self) {
        panic!("on purpose");
    }

    pub async fn takes_bomb(&self, _bomb: Bomb) {}

    pub async fn takes_bombs(&self, mut bombs: UploadStream<Bomb>) -> String {
        match bombs.next().await {
            Some(Err(error)) => error.to_string(),
            _ => "no error".into(),
        }
    }

    pub async fn scoped(&self, _scoped: Arc<Scoped>) -> String {
        self.note("in scope");
        "done".into()
    }

    pub fn scoped_stream(&self, _scoped: Arc<Scoped>, count: u32) -> impl Stream<Item = u32> {
        stream::iter(0..count)
    }

    pub fn numbers(&self, count: u32) -> impl Stream<Item = u32> {
        Noted(stream::iter(0..count), self.log.clone())
    }

    /// The same, each noted when it is made.
    pub fn noted(&self, count: u32) -> impl Stream<Item = u32> {
        stream::iter(0..count).inspect(|_| self.note("item"))
    }

    /// Sends to a group without members.
    pub async fn send_nobody(
        &self,
        cx: &CallerContext<Self>,
        count: usize,
    ) -> Result<(), HubError> {
        for _ in 0..count {
            cx.clients().group("nobody").send("Receive", ()).await?;
            self.note("sent");
        }
        Ok(())
    }

    /// The same, until there is a permit of the gate.
    pub async fn send_until_let_go(&self, cx: &CallerContext<Self>) -> Result<(), HubError> {
        self.note("sending");
        while self.gate.try_acquire().is_err() {
            cx.clients().group("nobody").send("Receive", ()).await?;
        }
        Ok(())
    }

    /// Gives one item, then none for ever.
    pub fn endless(&self) -> impl Stream<Item = u32> {
        Noted(stream::iter([0]).chain(stream::pending()), self.log.clone())
    }

    pub fn until_told(&self, stop: CancellationToken) -> impl Stream<Item = u32> {
        let log = self.log.clone();
        stream::once(async move {
            stop.cancelled().await;
            let _ = log.send("told to stop".into());
            1
        })
    }

    pub fn panicking_stream(&self) -> impl Stream<Item = u32> {
        stream::iter(0..3).map(|number| {
            assert!(number < 2, "on purpose");
            number
        })
    }

    pub async fn total(&self, mut items: UploadStream<i64>) -> Result<i64, HubError> {
        let mut total = 0;
        while let Some(item) = items.next().await {
            match item {
                Ok(item) => total += item,
                Err(error) => {
                    self.note(format!("upload failed: {error}"));
                    return Err(error.into());
                }
            }
        }
        Ok(total)
    }

    /// Reads one item for each permit of the gate.
    pub async fn total_slowly(&self, mut items: UploadStream<i64>) -> i64 {
        let mut total = 0;
        loop {
            if let Ok(permit) = self.gate.acquire().await {
                permit.forget();
            }
            match items.next().await {
                Some(Ok(item)) => total += item,
                _ => return total,
            }
        }
    }
}
