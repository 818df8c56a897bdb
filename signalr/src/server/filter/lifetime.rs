use std::fmt;
use std::sync::Arc;

use crate::error::ConnectionError;
use crate::server::connection::Connection;
use crate::server::lifetime::LifetimeManager;
use crate::server::services::{ServiceError, ServiceScope};
use crate::server::target::{Asker, One};
use crate::server::untyped::UntypedProxy;

/// A connection that begins or ends, on its way through filters.
pub struct LifetimeContext {
    pub(in crate::server) hub: &'static str,
    pub(in crate::server) connection: Arc<Connection>,
    pub(in crate::server) lifetime: Arc<dyn LifetimeManager>,
    pub(in crate::server) scope: ServiceScope,
    pub(in crate::server) asker: Asker,
    pub(in crate::server) cause: Option<ConnectionError>,
}

impl LifetimeContext {
    /// The hub's type name.
    #[must_use]
    pub fn hub(&self) -> &'static str {
        self.hub
    }

    /// The connection: its id, user, items and request.
    #[must_use]
    pub fn connection(&self) -> &Connection {
        &self.connection
    }

    /// Why it ended, where it did not end in good order.
    #[must_use]
    pub fn cause(&self) -> Option<&ConnectionError> {
        self.cause.as_ref()
    }

    /// The connection's client, called by name whatever the hub's client interface is.
    #[must_use]
    pub fn caller(&self) -> UntypedProxy<One> {
        UntypedProxy::new(One::new(
            Arc::clone(&self.lifetime),
            self.connection.shared_id(),
            self.asker.clone(),
        ))
    }

    /// A service of this event.
    ///
    /// # Errors
    /// None is registered, or it could not be made.
    pub fn service<T: ?Sized + Send + Sync + 'static>(&self) -> Result<Arc<T>, ServiceError> {
        self.scope.get()
    }
}

impl fmt::Debug for LifetimeContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LifetimeContext")
            .field("hub", &self.hub)
            .field("connection", &self.connection)
            .field("cause", &self.cause)
            .finish_non_exhaustive()
    }
}
