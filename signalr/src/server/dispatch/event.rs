use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use super::CallState;
use crate::__private::IntoHubError;
use crate::error::{ConnectionError, HubError};
use crate::server::connection::Connection;
use crate::server::core::HubCore;
use crate::server::services::ServiceScope;
use crate::server::{CallerContext, Hub};

/// The future of a lifetime event's handler.
pub type LifetimeFuture = Pin<Box<dyn Future<Output = Result<(), HubError>> + Send>>;

/// A connection has begun or ended.
pub struct LifetimeEvent<H: Hub> {
    context: CallerContext<H>,
    scope: ServiceScope,
    cause: Option<ConnectionError>,
}

impl<H: Hub> LifetimeEvent<H> {
    pub(in crate::server) fn connected(core: Arc<HubCore<H>>, connection: Arc<Connection>) -> Self {
        Self {
            scope: core.scope(),
            context: CallerContext::of_connecting(core, connection),
            cause: None,
        }
    }

    pub(in crate::server) fn authentication_refreshed(
        core: Arc<HubCore<H>>,
        state: Arc<CallState>,
    ) -> Self {
        Self {
            scope: core.scope(),
            context: CallerContext::of_call(core, state),
            cause: None,
        }
    }

    pub(in crate::server) fn disconnected(
        core: Arc<HubCore<H>>,
        connection: Arc<Connection>,
        cause: Option<ConnectionError>,
    ) -> Self {
        Self {
            scope: core.scope(),
            context: CallerContext::of_disconnecting(core, connection),
            cause,
        }
    }

    /// The hub.
    #[must_use]
    pub fn hub(&self) -> &H {
        self.context.core().instance()
    }

    /// The connection.
    #[must_use]
    pub fn context(&self) -> &CallerContext<H> {
        &self.context
    }

    /// Why the connection ended, where it did not end in good order.
    #[must_use]
    pub fn cause(&self) -> Option<&ConnectionError> {
        self.cause.as_ref()
    }

    /// A service of this event.
    ///
    /// # Errors
    /// It could not be made.
    pub fn service<T: ?Sized + Send + Sync + 'static>(
        &self,
        key: Option<&'static str>,
    ) -> Result<Arc<T>, HubError> {
        Ok(self.scope.find(key)?)
    }

    /// The outcome of a handler that may fail.
    ///
    /// # Errors
    /// It failed.
    pub fn ok<E: IntoHubError>(&self, result: Result<(), E>) -> Result<(), HubError> {
        result.map_err(IntoHubError::into_hub_error)
    }
}

impl<H: Hub> fmt::Debug for LifetimeEvent<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LifetimeEvent")
            .field("context", &self.context)
            .field("cause", &self.cause)
            .finish_non_exhaustive()
    }
}
