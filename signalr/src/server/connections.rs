use std::fmt;
use std::sync::Arc;

use super::connection::Connection;
use super::lifetime::{Census, InProcess, LifetimeManager, Recipients};
use crate::error::SendError;

/// A hub's connections as such: who is there, and who has to go.
///
/// The lists are those of **this process**, as they are at this moment; a connection is in them from
/// before its `on_connected` until after its `on_disconnected`. With a scale-out backend other
/// servers have connections of their own.
pub struct Connections {
    lifetime: Arc<dyn LifetimeManager>,
}

impl Connections {
    pub(super) fn new(lifetime: Arc<dyn LifetimeManager>) -> Self {
        Self { lifetime }
    }

    /// Ends a connection: its client is sent Close with `reason` as the error, and is told not to
    /// reconnect. Does nothing if there is no such connection.
    ///
    /// The connection may have a little way to go when this returns; its `on_disconnected` is given
    /// the reason. With a scale-out backend it may be that of another server.
    ///
    /// # Errors
    /// The scale-out backend failed.
    pub async fn disconnect(&self, connection_id: &str, reason: &str) -> Result<(), SendError> {
        self.end(Recipients::Connection(connection_id.into()), reason)
            .await
    }

    /// Ends all connections of a user, as [`disconnect`](Self::disconnect) does.
    ///
    /// # Errors
    /// The scale-out backend failed.
    pub async fn disconnect_user(&self, user_id: &str, reason: &str) -> Result<(), SendError> {
        self.end(Recipients::User(user_id.into()), reason).await
    }

    /// Ends the connections of all members of a group, as [`disconnect`](Self::disconnect) does.
    ///
    /// # Errors
    /// The scale-out backend failed.
    pub async fn disconnect_group(&self, name: &str, reason: &str) -> Result<(), SendError> {
        self.end(Recipients::Group(name.into()), reason).await
    }

    /// Ends every connection of the hub, as [`disconnect`](Self::disconnect) does.
    ///
    /// # Errors
    /// The scale-out backend failed.
    pub async fn disconnect_all(&self, reason: &str) -> Result<(), SendError> {
        self.end(Recipients::All, reason).await
    }

    async fn end(&self, of: Recipients, reason: &str) -> Result<(), SendError> {
        self.lifetime.disconnect(of, reason.into()).await
    }

    /// How many connections this process has.
    #[must_use]
    pub fn count(&self) -> usize {
        self.local().count()
    }

    /// The connections of this process, in no order.
    #[must_use]
    pub fn list(&self) -> Vec<Arc<Connection>> {
        self.of(&Recipients::All)
    }

    /// A connection of this process.
    #[must_use]
    pub fn get(&self, connection_id: &str) -> Option<Arc<Connection>> {
        self.local().connection(connection_id)
    }

    /// The users who have connections to this process, each once.
    #[must_use]
    pub fn users(&self) -> Vec<String> {
        self.local().user_ids()
    }

    /// A user's connections to this process.
    #[must_use]
    pub fn of_user(&self, user_id: &str) -> Vec<Arc<Connection>> {
        self.of(&Recipients::User(user_id.into()))
    }

    /// How many connections a user has to this process; 0: the user is not here.
    #[must_use]
    pub fn count_of_user(&self, user_id: &str) -> usize {
        self.local().count_of_user(user_id)
    }

    /// The groups that have members in this process.
    #[must_use]
    pub fn groups(&self) -> Vec<String> {
        self.local().group_names()
    }

    /// The members of a group in this process.
    #[must_use]
    pub fn in_group(&self, name: &str) -> Vec<Arc<Connection>> {
        self.of(&Recipients::Group(name.into()))
    }

    /// How many members a group has in this process.
    #[must_use]
    pub fn count_in_group(&self, name: &str) -> usize {
        self.local().count_in_group(name)
    }

    /// The connections of **all servers**, as each sees its own at this moment: see [`Census`].
    ///
    /// # Errors
    /// The scale-out backend failed.
    pub async fn everywhere(&self) -> Result<Census, SendError> {
        self.lifetime.census(Recipients::All).await
    }

    /// The members of a group on all servers, as [`everywhere`](Self::everywhere).
    ///
    /// # Errors
    /// The scale-out backend failed.
    pub async fn in_group_everywhere(&self, name: &str) -> Result<Census, SendError> {
        self.lifetime.census(Recipients::Group(name.into())).await
    }

    /// A user's connections to all servers, as [`everywhere`](Self::everywhere).
    ///
    /// # Errors
    /// The scale-out backend failed.
    pub async fn of_user_everywhere(&self, user_id: &str) -> Result<Census, SendError> {
        self.lifetime.census(Recipients::User(user_id.into())).await
    }

    fn local(&self) -> &InProcess {
        self.lifetime.local()
    }

    fn of(&self, recipients: &Recipients) -> Vec<Arc<Connection>> {
        // Only a list of groups can be wrong, and none is asked for here.
        self.local().connections(recipients).unwrap_or_default()
    }
}

impl fmt::Debug for Connections {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connections")
            .field("count", &self.count())
            .finish()
    }
}
