use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use super::caller::Caller;
use super::clients::{CallerClients, HubClients};
use super::groups::{CallerGroups, Groups};
use super::hub_context::HubContext;
use super::request::ConnectionRequest;
use super::{Hub, Items, Principal};
use crate::transport::TransportKind;

/// Who called, and what can be done about it: the `Context`, `Clients` and `Groups` of a hub in
/// ASP.NET Core.
///
/// Cheap to clone. A clone may outlive the call; then use [`hub_context`](Self::hub_context) for
/// anything that is not about the caller.
pub struct CallerContext<H: Hub> {
    caller: Caller,
    hub: PhantomData<fn() -> H>,
}

impl<H: Hub> CallerContext<H> {
    pub(super) fn new(caller: Caller) -> Self {
        Self {
            caller,
            hub: PhantomData,
        }
    }

    pub(super) fn caller(&self) -> &Caller {
        &self.caller
    }

    /// The caller's connection id. It changes when a client reconnects.
    #[must_use]
    pub fn connection_id(&self) -> &str {
        self.caller.connection.id()
    }

    /// The caller's user id, as the user id provider saw it when the connection began.
    #[must_use]
    pub fn user_id(&self) -> Option<&str> {
        self.caller.connection.user_id()
    }

    /// The caller's user, as the request brought it that opened the connection or the last refresh
    /// of its authentication. A later refresh does not change the value that is returned.
    #[must_use]
    pub fn principal(&self) -> Option<Principal> {
        self.caller.connection.principal()
    }

    /// Values that live as long as the caller's connection.
    #[must_use]
    pub fn items(&self) -> &Items {
        self.caller.connection.items()
    }

    /// What carries the caller's connection.
    #[must_use]
    pub fn transport(&self) -> TransportKind {
        self.caller.connection.transport()
    }

    /// Fires when the caller's connection has ended.
    #[must_use]
    pub fn aborted(&self) -> &CancellationToken {
        self.caller.connection.aborted()
    }

    /// Ends the caller's connection; the client is told not to reconnect. The answer of the
    /// running call is dropped.
    pub fn abort(&self) {
        self.caller.connection.abort();
    }

    /// The request that opened the connection; `None` where it was not HTTP.
    #[must_use]
    pub fn http(&self) -> Option<&ConnectionRequest> {
        self.caller.connection.request()
    }

    /// The clients of the hub.
    #[must_use]
    pub fn clients(&self) -> CallerClients<H> {
        let clients = HubClients::new(
            Arc::clone(self.caller.hub.lifetime()),
            self.caller.asker.clone(),
        );
        CallerClients::new(clients, self.caller.connection.shared_id())
    }

    /// The groups of the hub.
    #[must_use]
    pub fn groups(&self) -> CallerGroups {
        CallerGroups::new(
            Groups::new(Arc::clone(self.caller.hub.lifetime())),
            self.caller.connection.shared_id(),
        )
    }

    /// The hub from outside, for tasks that outlive the call.
    #[must_use]
    pub fn hub_context(&self) -> HubContext<H> {
        HubContext::new(Arc::clone(self.caller.hub.lifetime()))
    }
}

impl<H: Hub> Clone for CallerContext<H> {
    fn clone(&self) -> Self {
        Self::new(self.caller.clone())
    }
}

impl<H: Hub> fmt::Debug for CallerContext<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallerContext")
            .field("hub", &H::NAME)
            .field("connection", &self.caller.connection)
            .finish_non_exhaustive()
    }
}
