use std::any::Any;
use std::sync::Arc;

use super::HubOptions;
use super::authorize::{Check, Principal};
use super::connection::Connection;
use super::dispatch::{BoundCall, CallState, LifetimeFuture, Uploads};
use super::lifetime::LifetimeManager;
use crate::error::ConnectionError;
use crate::protocol::{BindError, Invocation};

/// A call as the pump sees it.
pub(super) struct Ready {
    pub(super) call: BoundCall,
    pub(super) state: Arc<CallState>,
    /// Whether it counts against the limit of parallel calls.
    pub(super) counts: bool,
}

/// What became of a call on the wire.
pub(super) enum Bound {
    Ready(Ready),
    UnknownMethod,
    Unbound {
        method: &'static str,
        error: BindError,
    },
}

/// A hub, apart from its type: what one pump for all hubs works with.
pub(super) trait HubRuntime: Send + Sync + 'static {
    fn name(&self) -> &'static str;
    /// The hub's type with its path.
    fn type_name(&self) -> &'static str;
    fn options(&self) -> &HubOptions;
    fn lifetime(&self) -> &Arc<dyn LifetimeManager>;
    /// Whether a request with this principal may open or use a connection.
    fn admit(&self, principal: Option<&Principal>) -> Check;
    /// Whether the caller may make this call.
    fn allow(&self, call: &CallState, arguments: &(dyn Any + Send)) -> Check;
    fn bind(
        self: Arc<Self>,
        connection: &Arc<Connection>,
        invocation: &Invocation<'_>,
        uploads: &mut Uploads,
    ) -> Bound;
    fn connected(self: Arc<Self>, connection: Arc<Connection>) -> LifetimeFuture;
    /// The hub's reaction to a new principal, as a call that nobody waits for.
    fn authentication_refreshed(self: Arc<Self>, connection: Arc<Connection>) -> Ready;
    fn disconnected(
        self: Arc<Self>,
        connection: Arc<Connection>,
        cause: Option<ConnectionError>,
    ) -> LifetimeFuture;
}
