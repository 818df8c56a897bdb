//! Which connections there are and who gets a message: the seam for backends that join several
//! servers.

mod answers;
mod in_process;
mod listing;
mod members;
mod message;
mod recipients;

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

pub use answers::{Answered, PendingAnswer, PendingAnswers, RawAnswer};
pub use in_process::InProcess;
pub use message::{EncodedMessage, ProtocolSet};
pub use recipients::Recipients;

use super::connection::Connection;
use crate::error::{ClientResultError, SendError};

/// A future of a [`LifetimeManager`].
pub type LifetimeResult<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Keeps a hub's connections, groups and users, and brings messages to them: `HubLifetimeManager`
/// in ASP.NET Core.
///
/// [`InProcess`] serves one process. A backend that joins several servers implements this trait,
/// delivers to its own connections at once and carries everything else over its bus. Sending to
/// somebody who is not there is no error.
pub trait LifetimeManager: Send + Sync + 'static {
    /// A connection is ready: from now on messages reach it.
    fn connected(&self, connection: &Arc<Connection>) -> LifetimeResult<'_, Result<(), SendError>>;

    /// A connection has ended: it leaves its groups, and nothing reaches it any more.
    fn disconnected(&self, connection: &Arc<Connection>) -> LifetimeResult<'_, ()>;

    /// The protocols in which a message to these recipients has to be written.
    fn protocols(&self, to: &Recipients) -> ProtocolSet;

    /// Sends a message; done when each receiver's queue has taken it.
    fn send(
        &self,
        to: Recipients,
        message: EncodedMessage,
    ) -> LifetimeResult<'_, Result<(), SendError>>;

    /// Puts a connection into a group. Does nothing if it is there, or if there is no such
    /// connection.
    fn add_to_group(
        &self,
        connection_id: &str,
        group: &str,
    ) -> LifetimeResult<'_, Result<(), SendError>>;

    /// Takes a connection out of a group.
    fn remove_from_group(
        &self,
        connection_id: &str,
        group: &str,
    ) -> LifetimeResult<'_, Result<(), SendError>>;

    /// The connections of this process. A backend keeps them in an [`InProcess`] and delivers
    /// through it.
    fn local(&self) -> &InProcess;

    /// Ends connections; each client is told the reason and not to come back. Does nothing where
    /// there are none.
    ///
    /// Unless a backend can do more, it ends those of this process.
    fn disconnect(
        &self,
        of: Recipients,
        reason: Arc<str>,
    ) -> LifetimeResult<'_, Result<(), SendError>> {
        let ended = self.local().end_connections(&of, &reason);
        Box::pin(std::future::ready(ended))
    }

    /// An id for a question to a client, unlike all others.
    fn next_question(&self) -> String;

    /// Asks one connection; resolves to its answer, still encoded.
    fn ask(
        &self,
        connection_id: Arc<str>,
        question_id: String,
        message: EncodedMessage,
    ) -> LifetimeResult<'_, Result<RawAnswer, ClientResultError>>;

    /// A connection of this server has answered a question.
    fn answer(&self, connection: &Connection, question_id: &str, answer: RawAnswer) -> Answered;
}
