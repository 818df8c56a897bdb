use std::sync::Arc;

use super::Hub;
use super::base::HubBase;
use super::dispatch::{Bind, Binder, BoundCall, LifetimeEvent, LifetimeFuture, RawCall};
use super::runtime::{Event, HubRuntime, Occasion};
use super::shared::Shared;
use crate::protocol::BindError;

/// A hub with all that its calls need. What is here is compiled with each hub.
pub(super) struct HubCore<H: Hub> {
    base: Arc<HubBase>,
    /// Of the methods of `base`, in their order.
    binds: Vec<Bind<H>>,
    /// One for all connections.
    instance: Shared<H>,
}

impl<H: Hub> HubCore<H> {
    pub(super) fn new(base: Arc<HubBase>, binds: Vec<Bind<H>>, instance: H) -> Self {
        Self {
            base,
            binds,
            instance: Arc::new(instance).into(),
        }
    }
}

impl<H: Hub> HubRuntime for HubCore<H> {
    fn base(&self) -> &Arc<HubBase> {
        &self.base
    }

    fn bind(&self, place: usize, call: RawCall<'_>) -> Result<BoundCall, BindError> {
        (self.binds[place])(Binder {
            instance: &self.instance,
            call,
        })
    }

    fn handle(&self, event: Event) -> LifetimeFuture {
        let handler = match event.occasion {
            Occasion::Connected => H::connected,
            Occasion::AuthenticationRefreshed => H::authentication_refreshed,
            Occasion::Disconnected => H::disconnected,
        };
        handler(LifetimeEvent::new(self.instance.clone(), event))
    }
}
