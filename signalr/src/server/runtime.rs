use std::sync::Arc;

use super::HubOptions;
use super::base::HubBase;
use super::caller::Caller;
use super::connection::Connection;
use super::dispatch::{Answer, BoundCall, CallState, LifetimeFuture, RawCall};
use super::filter::{LifetimeContext, Next};
use super::lifetime::LifetimeManager;
use super::spans::Traced;
use super::target::Asker;
use crate::error::ConnectionError;
use crate::protocol::BindError;

/// A call as the pump sees it.
pub(super) struct Ready {
    pub(super) call: BoundCall,
    pub(super) state: Arc<CallState>,
    /// Whether it counts against the limit of parallel calls.
    pub(super) counts: bool,
}

/// What a hub is told.
pub(super) struct Event {
    pub(super) occasion: Occasion,
    pub(super) caller: Caller,
    pub(super) cause: Option<ConnectionError>,
}

/// Why a hub is told something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Occasion {
    Connected,
    AuthenticationRefreshed,
    Disconnected,
}

/// A hub, apart from its type: what one pump for all hubs works with.
pub(super) trait HubRuntime: Send + Sync + 'static {
    fn base(&self) -> &HubBase;
    /// The same hub for one connection: calls count their references here, and not where the
    /// connections of all cores would count theirs.
    fn handle(&self) -> Arc<dyn HubRuntime>;
    /// Reads the arguments of the method at this place.
    fn bind(self: Arc<Self>, place: usize, call: RawCall<'_>) -> Result<BoundCall, BindError>;
    /// Tells the hub itself, past the filters.
    fn tell(self: Arc<Self>, event: Event) -> LifetimeFuture;
}

impl dyn HubRuntime {
    pub(super) fn name(&self) -> &'static str {
        self.base().name
    }

    pub(super) fn options(&self) -> &HubOptions {
        &self.base().options
    }

    pub(super) fn lifetime(&self) -> &Arc<dyn LifetimeManager> {
        &self.base().lifetime
    }

    pub(super) fn connected(self: Arc<Self>, connection: Arc<Connection>) -> LifetimeFuture {
        let caller = Caller::new(&self, connection, Asker::Connecting);
        self.tell_through_filters(Event {
            occasion: Occasion::Connected,
            caller,
            cause: None,
        })
    }

    pub(super) fn disconnected(
        self: Arc<Self>,
        connection: Arc<Connection>,
        cause: Option<ConnectionError>,
    ) -> LifetimeFuture {
        let caller = Caller::new(&self, connection, Asker::Outside);
        self.tell_through_filters(Event {
            occasion: Occasion::Disconnected,
            caller,
            cause,
        })
    }

    fn tell_through_filters(self: Arc<Self>, event: Event) -> LifetimeFuture {
        let base = self.base();
        let filters = match event.occasion {
            Occasion::Connected => base.options.filters.around_connected(),
            Occasion::Disconnected => base.options.filters.around_disconnected(),
            Occasion::AuthenticationRefreshed => &[],
        };
        if filters.is_empty() {
            return self.tell(event);
        }
        let Event {
            occasion,
            caller,
            cause,
        } = event;
        let context = LifetimeContext {
            hub: base.name,
            connection: caller.connection.arc(),
            lifetime: Arc::clone(&base.lifetime),
            scope: base.scope(),
            asker: caller.asker.clone(),
            cause,
        };
        let hub = Arc::clone(&self);
        let next = Next::new(filters, move |context: LifetimeContext| {
            hub.tell(Event {
                occasion,
                caller,
                cause: context.cause,
            })
        });
        next.run(context)
    }

    /// The hub's reaction to a new principal, as a call that nobody waits for.
    pub(super) fn authentication_refreshed(self: Arc<Self>, connection: Arc<Connection>) -> Ready {
        let base = self.base();
        let state = Arc::new(CallState::new(
            connection,
            "on_authentication_refreshed".into(),
            false,
            &[],
            None,
            base.options.enable_detailed_errors,
            base.trace(Traced::AuthenticationRefreshed),
        ));
        let caller = Caller::of_call(&self, Arc::clone(&state).into());
        let handling = self.tell(Event {
            occasion: Occasion::AuthenticationRefreshed,
            caller,
            cause: None,
        });
        Ready {
            call: Box::pin(async move {
                handling.await?;
                Ok(Answer::sent())
            }),
            state,
            counts: true,
        }
    }
}
