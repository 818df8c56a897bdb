use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use serde::de::DeserializeOwned;

use crate::error::{ClientResultError, SendError};
use crate::protocol::Argument;

/// Whom a client proxy addresses: one connection or many.
///
/// The server implements it for `One` and `Many`; a test can implement it to see what a hub sends.
pub trait Target: Clone + Send + Sync + 'static {
    /// Writes the call now and sends it once the returned future is first polled.
    fn send(&self, method: &str, arguments: &[&dyn Argument]) -> ClientSend;
}

/// A target of exactly one connection: the only kind that can be asked for a result.
#[diagnostic::on_unimplemented(
    message = "a client result needs exactly one connection, but this proxy addresses `{Self}`",
    label = "addresses `{Self}`",
    note = "ask `caller()` or `client(id)`; methods without a result can be sent to any target"
)]
pub trait SingleTarget: Target {
    /// Calls the client method and waits for the value it returns.
    fn invoke<R>(&self, method: &str, arguments: &[&dyn Argument]) -> ClientAnswer<R>
    where
        R: DeserializeOwned + Send + 'static;
}

/// A call to clients on its way; done when each receiver's queue has taken it, or its hub's policy for
/// slow clients (`SlowConsumers`) has decided otherwise.
///
/// Who has room gets it when the future is first polled. By default the future then waits for those who
/// have none, together, each at most for the send time-out; with the other policies it waits for no
/// client. A client that is gone or did not get the message is no error. Dropping the future before it is
/// done may leave some receivers without the message.
#[must_use = "nothing is sent until the future is awaited"]
pub struct ClientSend(Pin<Box<dyn Future<Output = Result<(), SendError>> + Send>>);

impl ClientSend {
    /// Wraps the future that does the sending.
    pub fn new(future: impl Future<Output = Result<(), SendError>> + Send + 'static) -> Self {
        Self(Box::pin(future))
    }
}

impl Future for ClientSend {
    type Output = Result<(), SendError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.0.as_mut().poll(cx)
    }
}

impl fmt::Debug for ClientSend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientSend").finish_non_exhaustive()
    }
}

/// A question to one client; resolves to its answer.
///
/// There is no time-out of its own: wrap it in one where a client may stay silent. Dropping it
/// gives up the question; the client is not told.
#[must_use = "nothing is asked until the future is awaited"]
pub struct ClientAnswer<R>(Pin<Box<dyn Future<Output = Result<R, ClientResultError>> + Send>>);

impl<R> ClientAnswer<R> {
    /// Wraps the future that asks and waits.
    pub fn new(
        future: impl Future<Output = Result<R, ClientResultError>> + Send + 'static,
    ) -> Self {
        Self(Box::pin(future))
    }
}

impl<R> Future for ClientAnswer<R> {
    type Output = Result<R, ClientResultError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.0.as_mut().poll(cx)
    }
}

impl<R> fmt::Debug for ClientAnswer<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientAnswer").finish_non_exhaustive()
    }
}
