//! Which connections there are and who gets a message: the seam for backends that join several
//! servers.

mod answers;
mod backlog;
mod census;
mod in_process;
mod listing;
mod members;
mod message;
mod recipients;
mod scale_out;
#[cfg(feature = "testing")]
pub mod spec;

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

pub use answers::{Answered, PendingAnswer, PendingAnswers, RawAnswer};
pub use census::Census;
pub use in_process::InProcess;
pub(super) use members::Place;
pub use message::{EncodedMessage, ProtocolSet};
pub use recipients::Recipients;
pub use scale_out::{HubInfo, ScaleOut, ScaleOutError};

use super::connection::Connection;
use crate::error::{ClientResultError, SendError};

/// A future of a [`LifetimeManager`].
pub type LifetimeResult<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Keeps a hub's connections, groups and users, and brings messages to them: `HubLifetimeManager`
/// in ASP.NET Core. There is one for each hub and server.
///
/// [`InProcess`] serves one process. A backend that joins several servers implements this trait
/// and is given to the server with [`scale_out`](crate::server::SignalRBuilder::scale_out):
///
/// * It keeps an [`InProcess`] for the connections of its own server, serves them without waiting
///   for its bus and gives them what the bus brings with [`InProcess::deliver`].
/// * A message reaches it written once for each protocol of
///   [`protocols`](Self::protocols), as [`EncodedMessage`]; these bytes cross the bus and go to
///   the clients as they are.
/// * Nobody who should get a message once gets it twice: what a bus echoes back to its sender has
///   to be told from what others sent.
/// * Sending to somebody who is nowhere is no error. A bus that is out of reach is
///   [`SendError::Backend`]; the connections of the own server are served all the same.
/// * Every future comes to an end, whatever happens to the bus. Dropping one may leave its work
///   half done, but never the backend itself.
///
/// The module `spec` (feature `testing`) checks all this for any backend.
pub trait LifetimeManager: Send + Sync + 'static {
    /// A connection is ready: once the future is done, messages from every server reach it. Called
    /// before `on_connected`. An error refuses the connection.
    fn connected(&self, connection: &Arc<Connection>) -> LifetimeResult<'_, Result<(), SendError>>;

    /// A connection has ended: it leaves its groups, nothing reaches it any more, and questions to
    /// it fail. Called after `on_disconnected`, also for a connection whose
    /// [`connected`](Self::connected) failed or was dropped.
    fn disconnected(&self, connection: &Arc<Connection>) -> LifetimeResult<'_, ()>;

    /// The protocols in which a message to these recipients has to be written. Where receivers
    /// may be elsewhere, all that the hub supports.
    fn protocols(&self, to: &Recipients) -> ProtocolSet;

    /// Sends a message; done when each receiver's queue on this server has taken it and the bus has
    /// accepted it for the other servers. Messages that are sent one after the other arrive in this
    /// order at each connection.
    fn send(
        &self,
        to: Recipients,
        message: EncodedMessage,
    ) -> LifetimeResult<'_, Result<(), SendError>>;

    /// Puts a connection into a group, whichever server has it. Once the future is done, messages to
    /// the group reach it. Does nothing if it is there, or if there is no such connection.
    fn add_to_group(
        &self,
        connection_id: &str,
        group: &str,
    ) -> LifetimeResult<'_, Result<(), SendError>>;

    /// Takes a connection out of a group, whichever server has it.
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

    /// Counts and lists the connections of all servers.
    ///
    /// Unless a backend can do more, it knows those of this process.
    fn census(&self, of: Recipients) -> LifetimeResult<'_, Result<Census, SendError>> {
        let census = Census::of(self.local(), &of);
        Box::pin(std::future::ready(census))
    }

    /// An id for a question to a client, unlike all others of all servers.
    fn next_question(&self) -> String;

    /// Asks one connection, whichever server has it; resolves to its answer, still encoded, in the
    /// protocol of that connection. Fails if the connection, or its server, goes away. Dropping the
    /// future forgets the question.
    fn ask(
        &self,
        connection_id: Arc<str>,
        question_id: String,
        message: EncodedMessage,
    ) -> LifetimeResult<'_, Result<RawAnswer, ClientResultError>>;

    /// A connection of this server has answered a question of this or another server.
    fn answer(&self, connection: &Connection, question_id: &str, answer: RawAnswer) -> Answered;
}
