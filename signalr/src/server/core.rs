use std::sync::Arc;

use super::Hub;
use super::base::HubBase;
use super::dispatch::{Bind, Binder, BoundCall, LifetimeEvent, LifetimeFuture, RawCall};
use super::runtime::{Event, HubRuntime, Occasion};
use crate::protocol::BindError;

/// A hub with all that its calls need. What is here is compiled with each hub.
pub(super) struct HubCore<H: Hub>(Arc<Parts<H>>);

struct Parts<H: Hub> {
    base: HubBase,
    /// Of the methods of `base`, in their order.
    binds: Vec<Bind<H>>,
    /// One for all connections.
    instance: H,
}

impl<H: Hub> HubCore<H> {
    pub(super) fn new(base: HubBase, binds: Vec<Bind<H>>, instance: H) -> Self {
        Self(Arc::new(Parts {
            base,
            binds,
            instance,
        }))
    }

    pub(super) fn instance(&self) -> &H {
        &self.0.instance
    }
}

impl<H: Hub> HubRuntime for HubCore<H> {
    fn base(&self) -> &HubBase {
        &self.0.base
    }

    fn handle(&self) -> Arc<dyn HubRuntime> {
        Arc::new(Self(Arc::clone(&self.0)))
    }

    fn bind(self: Arc<Self>, place: usize, call: RawCall<'_>) -> Result<BoundCall, BindError> {
        let bind = self.0.binds[place];
        bind(Binder { core: self, call })
    }

    fn tell(self: Arc<Self>, event: Event) -> LifetimeFuture {
        let handler = match event.occasion {
            Occasion::Connected => H::connected,
            Occasion::AuthenticationRefreshed => H::authentication_refreshed,
            Occasion::Disconnected => H::disconnected,
        };
        handler(LifetimeEvent::new(self, event))
    }
}
