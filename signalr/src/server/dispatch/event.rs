use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};

use crate::__private::IntoHubError;
use crate::error::{ConnectionError, HubError};
use crate::server::core::HubCore;
use crate::server::runtime::Event;
use crate::server::services::ServiceScope;
use crate::server::shared::Shared;
use crate::server::{CallerContext, Hub};

/// The future of a lifetime event's handler.
pub type LifetimeFuture = Pin<Box<dyn Future<Output = Result<(), HubError>> + Send>>;

/// A connection has begun or ended, or its user has proved anew who it is.
pub struct LifetimeEvent<H: Hub> {
    core: Shared<HubCore<H>>,
    context: CallerContext<H>,
    /// Made when it is first asked for.
    scope: OnceLock<Shared<ServiceScope>>,
    cause: Option<ConnectionError>,
}

impl<H: Hub> LifetimeEvent<H> {
    pub(in crate::server) fn new(core: Arc<HubCore<H>>, event: Event) -> Self {
        Self {
            core: core.into(),
            scope: OnceLock::new(),
            context: CallerContext::new(event.caller),
            cause: event.cause,
        }
    }

    /// The hub.
    #[must_use]
    pub fn hub(&self) -> &H {
        self.core.instance()
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
        let hub = &self.context.caller().hub;
        let scope = self
            .scope
            .get_or_init(|| Arc::new(hub.base().scope()).into());
        Ok(scope.find(key)?)
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
