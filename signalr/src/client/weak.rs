use std::fmt;
use std::sync::Weak;

use super::HubConnection;
use super::hub_connection::Owner;

/// A handle that does not keep its connection open: for handlers of the connection itself.
#[derive(Clone)]
pub struct WeakHubConnection(Weak<Owner>);

impl WeakHubConnection {
    pub(super) fn new(owner: Weak<Owner>) -> Self {
        Self(owner)
    }

    /// The connection, unless its last handle has been dropped.
    #[must_use]
    pub fn upgrade(&self) -> Option<HubConnection> {
        self.0.upgrade().map(HubConnection::from_owner)
    }
}

impl fmt::Debug for WeakHubConnection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WeakHubConnection").finish_non_exhaustive()
    }
}
