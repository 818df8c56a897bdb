use std::any::Any;
use std::fmt;
use std::sync::Arc;

use crate::server::connection::Connection;
use crate::server::dispatch::CallState;
use crate::server::lifetime::LifetimeManager;
use crate::server::services::{ServiceError, ServiceScope};
use crate::server::target::{Asker, One};
use crate::server::untyped::UntypedProxy;

/// A call on its way through filters: who calls what, with which arguments.
pub struct InvocationContext {
    hub: &'static str,
    state: Arc<CallState>,
    lifetime: Arc<dyn LifetimeManager>,
    scope: Arc<ServiceScope>,
    arguments: Box<dyn Any + Send>,
}

impl InvocationContext {
    pub(in crate::server) fn new(
        hub: &'static str,
        state: Arc<CallState>,
        lifetime: Arc<dyn LifetimeManager>,
        scope: Arc<ServiceScope>,
        arguments: Box<dyn Any + Send>,
    ) -> Self {
        Self {
            hub,
            state,
            lifetime,
            scope,
            arguments,
        }
    }

    /// The hub's type name.
    #[must_use]
    pub fn hub(&self) -> &'static str {
        self.hub
    }

    /// The method's wire name; that which the client asked for, where the hub has no such method.
    #[must_use]
    pub fn method(&self) -> &str {
        self.state.method()
    }

    /// Whether the hub has no such method; see [`Filters::unknown_methods`](super::Filters::unknown_methods).
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        self.state.known_method().is_none()
    }

    /// The caller's connection: its id, user, items and request.
    #[must_use]
    pub fn connection(&self) -> &Connection {
        self.state.connection()
    }

    /// The caller, called by name whatever the hub's client interface is.
    #[must_use]
    pub fn caller(&self) -> UntypedProxy<One> {
        UntypedProxy::new(One::new(
            Arc::clone(&self.lifetime),
            self.state.connection().shared_id(),
            Asker::Call(Arc::clone(&self.state).into()),
        ))
    }

    /// A service of this call.
    ///
    /// # Errors
    /// None is registered, or it could not be made.
    pub fn service<T: ?Sized + Send + Sync + 'static>(&self) -> Result<Arc<T>, ServiceError> {
        self.scope.get()
    }

    /// The method's wire arguments and upload streams, if they are a tuple of these types:
    /// `call.arguments::<(String, i32)>()`.
    #[must_use]
    pub fn arguments<A: 'static>(&self) -> Option<&A> {
        self.arguments.downcast_ref()
    }

    /// The arguments, to be changed.
    #[must_use]
    pub fn arguments_mut<A: 'static>(&mut self) -> Option<&mut A> {
        self.arguments.downcast_mut()
    }

    pub(in crate::server) fn into_arguments(self) -> Box<dyn Any + Send> {
        self.arguments
    }
}

impl fmt::Debug for InvocationContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InvocationContext")
            .field("hub", &self.hub)
            .field("call", &self.state)
            .finish_non_exhaustive()
    }
}
