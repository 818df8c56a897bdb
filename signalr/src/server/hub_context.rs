use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use super::Hub;
use super::clients::HubClients;
use super::connections::Connections;
use super::groups::Groups;
use super::lifetime::LifetimeManager;
use super::target::Asker;

/// Sends to a hub's clients from anywhere: an axum handler, a background task, another hub.
///
/// `IHubContext<THub>` of ASP.NET Core. Cheap to clone; made by
/// [`SignalR::context`](super::SignalR::context), and a service that hubs can be given as
/// `Arc<HubContext<H>>`. An axum handler takes it as `State<HubContext<H>>` where the router's state
/// is the [`SignalR`](super::SignalR) or has a field of this type (`#[derive(FromRef)]`), or as an
/// `Extension`.
pub struct HubContext<H> {
    lifetime: Arc<dyn LifetimeManager>,
    hub: PhantomData<fn() -> H>,
}

impl<H: Hub> HubContext<H> {
    pub(super) fn new(lifetime: Arc<dyn LifetimeManager>) -> Self {
        Self {
            lifetime,
            hub: PhantomData,
        }
    }

    /// The clients of the hub.
    #[must_use]
    pub fn clients(&self) -> HubClients<H> {
        HubClients::new(Arc::clone(&self.lifetime), Asker::Outside)
    }

    /// The groups of the hub.
    #[must_use]
    pub fn groups(&self) -> Groups {
        Groups::new(Arc::clone(&self.lifetime))
    }

    /// The connections of the hub: who is there, and who has to go.
    #[must_use]
    pub fn connections(&self) -> Connections {
        Connections::new(Arc::clone(&self.lifetime))
    }
}

impl<H> Clone for HubContext<H> {
    fn clone(&self) -> Self {
        Self {
            lifetime: Arc::clone(&self.lifetime),
            hub: PhantomData,
        }
    }
}

impl<H: Hub> fmt::Debug for HubContext<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HubContext")
            .field("hub", &H::NAME)
            .finish_non_exhaustive()
    }
}
