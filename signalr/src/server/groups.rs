use std::fmt;
use std::sync::Arc;

use super::lifetime::LifetimeManager;
use crate::error::SendError;

/// Puts connections into groups and takes them out.
///
/// A group exists while it has members. Membership ends with the connection: a client that
/// reconnects under a new id has to join again.
pub struct Groups {
    lifetime: Arc<dyn LifetimeManager>,
}

impl Groups {
    pub(super) fn new(lifetime: Arc<dyn LifetimeManager>) -> Self {
        Self { lifetime }
    }

    /// Puts a connection into a group. Does nothing if there is no such connection.
    ///
    /// # Errors
    /// The scale-out backend failed.
    pub async fn add(&self, connection_id: &str, group: &str) -> Result<(), SendError> {
        self.lifetime.add_to_group(connection_id, group).await
    }

    /// Takes a connection out of a group.
    ///
    /// # Errors
    /// The scale-out backend failed.
    pub async fn remove(&self, connection_id: &str, group: &str) -> Result<(), SendError> {
        self.lifetime.remove_from_group(connection_id, group).await
    }
}

impl fmt::Debug for Groups {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Groups").finish_non_exhaustive()
    }
}

/// The groups as a hub method sees them.
pub struct CallerGroups {
    groups: Groups,
    caller: Arc<str>,
}

impl CallerGroups {
    pub(super) fn new(groups: Groups, caller: Arc<str>) -> Self {
        Self { groups, caller }
    }

    /// Puts the caller into a group.
    ///
    /// # Errors
    /// The scale-out backend failed.
    pub async fn add(&self, group: &str) -> Result<(), SendError> {
        self.groups.add(&self.caller, group).await
    }

    /// Takes the caller out of a group.
    ///
    /// # Errors
    /// The scale-out backend failed.
    pub async fn remove(&self, group: &str) -> Result<(), SendError> {
        self.groups.remove(&self.caller, group).await
    }

    /// Puts another connection into a group. Does nothing if there is no such connection.
    ///
    /// # Errors
    /// The scale-out backend failed.
    pub async fn add_connection(&self, connection_id: &str, group: &str) -> Result<(), SendError> {
        self.groups.add(connection_id, group).await
    }

    /// Takes another connection out of a group.
    ///
    /// # Errors
    /// The scale-out backend failed.
    pub async fn remove_connection(
        &self,
        connection_id: &str,
        group: &str,
    ) -> Result<(), SendError> {
        self.groups.remove(connection_id, group).await
    }
}

impl fmt::Debug for CallerGroups {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallerGroups")
            .field("caller", &self.caller)
            .finish_non_exhaustive()
    }
}
