use std::fmt;
use std::sync::Arc;

use serde::de::DeserializeOwned;

use super::driver::Driver;
use super::handlers::{
    AlreadyAnswered, Fallible, Handler, HandlerArguments, IntoAnswer, Nothing, Registration, Typed,
    Value,
};
use super::retry::RetryPolicy;
use super::session::Session;
use super::shared::Shared;
use super::start::{Established, establish_with_retries};
use super::{
    CallArguments, ConnectionState, Connector, HubConnectionBuilder, StartError, WeakHubConnection,
};
use crate::contract::{Caller, Reply, StartedStream};
use crate::error::{CloseReason, InvokeError};

/// A connection to a hub. Clones are handles to the same connection.
///
/// It closes when the last handle is gone; a call or stream under way counts as a handle. A
/// handler that needs the connection takes a [`downgrade`](Self::downgrade)d one: with a clone, the
/// connection would keep itself open.
#[derive(Clone)]
pub struct HubConnection(Arc<Owner>);

/// Stops the connection when the last handle is dropped.
pub(super) struct Owner {
    shared: Arc<Shared>,
}

impl Drop for Owner {
    fn drop(&mut self) {
        self.shared.lifecycle.request_stop();
    }
}

impl HubConnection {
    /// Begins to put a connection together that goes over the transports `connector` opens.
    pub fn with_connector<C: Connector>(connector: C) -> HubConnectionBuilder<C> {
        HubConnectionBuilder::new(connector)
    }

    pub(super) fn new(shared: Arc<Shared>) -> Self {
        Self(Arc::new(Owner { shared }))
    }

    pub(super) fn from_owner(owner: Arc<Owner>) -> Self {
        Self(owner)
    }

    pub(super) fn shared(&self) -> &Shared {
        &self.0.shared
    }

    /// The connection that calls go over now; waits for it where the settings say so.
    pub(super) async fn session(&self) -> Result<Arc<Session>, InvokeError> {
        let limit = self.shared().settings.wait_for_connection;
        self.shared().lifecycle.session_within(limit).await
    }

    /// Connects and shakes hands. Handlers that were added before miss nothing. Has to be called on
    /// a Tokio runtime, which then runs the connection.
    ///
    /// A failure is final, unless [`retry_start`](HubConnectionBuilder::retry_start) was set.
    /// Dropping the future gives up, and leaves the connection disconnected.
    ///
    /// # Errors
    /// The connection was not disconnected, was stopped meanwhile, or could not be made.
    pub async fn start(&self) -> Result<(), StartError> {
        let attempt = self.shared().lifecycle.begin()?;
        let Established { wire, session } =
            attempt.run(establish_with_retries(self.shared())).await?;
        let run = attempt.succeed(&session)?;
        let driver = Driver::new(Arc::clone(&self.0.shared), run, session);
        tokio::spawn(driver.drive(wire));
        Ok(())
    }

    /// Ends the connection; does nothing if it is disconnected. What was sent before still goes
    /// out. It can be started again.
    ///
    /// Ready when the transport is closed, at most five seconds later; at once while the
    /// connection starts or reconnects. Dropping the future does not call it off.
    pub async fn stop(&self) {
        if let Some(over) = self.shared().lifecycle.request_stop() {
            over.cancelled().await;
        }
    }

    /// Where the connection stands.
    #[must_use]
    pub fn state(&self) -> ConnectionState {
        self.shared().lifecycle.state()
    }

    /// The id by which the server's application knows the connection. `None` while it is not
    /// connected, or where the transport does not tell.
    #[must_use]
    pub fn connection_id(&self) -> Option<String> {
        self.shared().lifecycle.session()?.connection_id.clone()
    }

    /// A handle that does not keep the connection open.
    #[must_use]
    pub fn downgrade(&self) -> WeakHubConnection {
        WeakHubConnection::new(Arc::downgrade(&self.0))
    }

    /// Runs `handler` whenever the server calls `method`, whose name is compared without regard to
    /// case: `link.on("ReceiveMessage", |user: String, text: String| ..)`.
    ///
    /// The handler is a function of up to eight arguments; it may return a future, which is waited
    /// for. A method can have several handlers, which run in the order in which they were added.
    /// Calls of the server are handled one after the other; a handler that waits holds up later
    /// calls, but nothing else. One that blocks its thread holds up the connection: use
    /// `tokio::task::spawn_blocking`.
    ///
    /// A call whose arguments do not fit is logged, and the handler does not run; so is a panic.
    ///
    /// When 100 calls wait, the connection stops reading until there are fewer, as with
    /// [`stream`](Self::stream).
    pub fn on<Arguments, When, H>(&self, method: &str, handler: H) -> Registration
    where
        Arguments: HandlerArguments,
        H: Handler<Arguments>,
        H::Output: IntoAnswer<Nothing, When>,
        When: 'static,
    {
        let handler = Typed::<_, Arguments, Nothing, When>::new(handler);
        self.shared().handlers.add(method, Arc::new(handler))
    }

    /// Answers when the server asks for a result of `method`:
    /// `link.answer("Confirm", |question: String| async move { ask(question).await })`.
    ///
    /// As [`on`](Self::on), but what the function returns is the result, and questions of the
    /// server do not hold up what comes behind them. A panic is answered as an error.
    ///
    /// # Errors
    /// The method has such a handler already.
    pub fn answer<Arguments, When, H>(
        &self,
        method: &str,
        handler: H,
    ) -> Result<Registration, AlreadyAnswered>
    where
        Arguments: HandlerArguments,
        H: Handler<Arguments>,
        H::Output: IntoAnswer<Value, When>,
        When: 'static,
    {
        let handler = Typed::<_, Arguments, Value, When>::new(handler);
        self.shared()
            .handlers
            .add_answering(method, Arc::new(handler))
    }

    /// Answers with a result that may be an error; the server is sent the error's text.
    ///
    /// As [`answer`](Self::answer) otherwise.
    ///
    /// # Errors
    /// The method has such a handler already.
    pub fn try_answer<Arguments, When, H>(
        &self,
        method: &str,
        handler: H,
    ) -> Result<Registration, AlreadyAnswered>
    where
        Arguments: HandlerArguments,
        H: Handler<Arguments>,
        H::Output: IntoAnswer<Fallible, When>,
        When: 'static,
    {
        let handler = Typed::<_, Arguments, Fallible, When>::new(handler);
        self.shared()
            .handlers
            .add_answering(method, Arc::new(handler))
    }

    /// Removes all handlers of a method, but not the receiver that the connection was built with.
    pub fn off(&self, method: &str) {
        self.shared().handlers.remove_all(method);
    }

    /// Connects again by itself from now on when the connection is lost, as often as `policy` says;
    /// see [`automatic_reconnect`](HubConnectionBuilder::automatic_reconnect). It replaces the policy
    /// there was, also for a connection that is lost already. A policy that always says `None`
    /// turns reconnecting off.
    pub fn set_automatic_reconnect(&self, policy: impl RetryPolicy) {
        self.shared().policies.set_reconnect(policy);
    }

    /// Runs `listener` whenever the connection was lost, with the reason, and is about to be made
    /// again. Calls that were under way have failed by then.
    ///
    /// As with the other listeners of a connection, what it does before it waits for anything is
    /// done before the next change is told; it may return a future, which nobody waits for.
    pub fn on_reconnecting<F, Output, When>(&self, listener: F)
    where
        F: Fn(CloseReason) -> Output + Send + Sync + 'static,
        Output: IntoAnswer<Nothing, When>,
        When: 'static,
    {
        self.shared().reconnecting.add(listener);
    }

    /// Runs `listener` whenever a lost connection was made again, with its new
    /// [`connection_id`](Self::connection_id). The server knows nothing of the old one: this is the
    /// place to enter groups again.
    pub fn on_reconnected<F, Output, When>(&self, listener: F)
    where
        F: Fn(Option<String>) -> Output + Send + Sync + 'static,
        Output: IntoAnswer<Nothing, When>,
        When: 'static,
    {
        self.shared().reconnected.add(listener);
    }

    /// Runs `listener` whenever the connection has ended, for whatever reason, and is not made
    /// again by itself; a start that fails is no end. It may return a future, in which it may start
    /// the connection again.
    pub fn on_closed<F, Output, When>(&self, listener: F)
    where
        F: Fn(CloseReason) -> Output + Send + Sync + 'static,
        Output: IntoAnswer<Nothing, When>,
        When: 'static,
    {
        self.shared().closed.add(listener);
    }

    /// Calls a hub method and waits for its result: `link.invoke::<i64>("Add", (1, 2)).await`.
    ///
    /// The arguments are a tuple; a stream among them is written `Upload::new(stream)`. A caller
    /// that wants no result asks for `()`, and whatever comes is ignored.
    ///
    /// There is no time-out of its own. Dropping the future cancels the call and its uploads; the
    /// server may still carry it out.
    ///
    /// # Errors
    /// The future fails if the hub answers with an error, the connection is not there or ends
    /// first, or an argument or the result does not fit.
    pub fn invoke<R>(&self, method: &str, arguments: impl CallArguments) -> Reply<R>
    where
        R: DeserializeOwned + Send + 'static,
    {
        arguments.with(|values, uploads| Caller::invoke(self, method, values, uploads))
    }

    /// Calls a hub method without waiting for an answer: `link.notify("Send", (text,)).await`.
    ///
    /// Ready when the call is queued, for which it may have to wait while 64 KiB are on their way.
    /// Uploads go on after it.
    ///
    /// # Errors
    /// The future fails if the connection is not there, or an argument cannot be written. Whether
    /// the hub carried the call out is not known.
    pub fn notify(&self, method: &str, arguments: impl CallArguments) -> Reply<()> {
        arguments.with(|values, uploads| Caller::notify(self, method, values, uploads))
    }

    /// Calls a hub method that answers with a stream:
    /// `let mut items = link.stream::<u32>("Counter", (3,)).await?;`.
    ///
    /// Ready when the call is queued; a failure of the hub is an item of the stream. Dropping the
    /// stream cancels it on the server.
    ///
    /// The protocol cannot hold up one stream alone. When
    /// [`stream_buffer_capacity`](HubConnectionBuilder::stream_buffer_capacity) items wait to be
    /// read, nothing more is read from the server until there are fewer; pings are sent meanwhile,
    /// and the server time-out is suspended. As long as somebody waits for another answer, reading
    /// goes on until a hundred times as many wait; if that does not change for the length of the
    /// server time-out, the stream fails with [`InvokeError::Overrun`].
    ///
    /// # Errors
    /// The future fails as that of [`notify`](Self::notify) does; an item as that of
    /// [`invoke`](Self::invoke), and it is then the last.
    pub fn stream<T>(&self, method: &str, arguments: impl CallArguments) -> StartedStream<T>
    where
        T: DeserializeOwned + Send + 'static,
    {
        arguments.with(|values, uploads| Caller::stream(self, method, values, uploads))
    }
}

impl fmt::Debug for HubConnection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HubConnection")
            .field("state", &self.state())
            .field("connection_id", &self.connection_id())
            .finish_non_exhaustive()
    }
}
