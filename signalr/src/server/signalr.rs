use std::any::{TypeId, type_name};
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use super::builder::SignalRBuilder;
use super::core::HubRuntime;
use super::heartbeat::Heartbeat;
use super::http::{ConnectionTable, HubRoutes, new_id};
use super::pump::{Arrival, Serves, Service, UserIdProvider};
use super::raw::{RawConnection, RawService};
use super::{EndpointOptions, Hub, HubContext};
use crate::transport::Transport;

/// A server of hubs: give its routes to axum with [`map`](Self::map). Cheap to clone.
#[derive(Clone)]
pub struct SignalR(Arc<Inner>);

struct Inner {
    hubs: HashMap<TypeId, Arc<dyn HubRuntime>>,
    heartbeat: Arc<Heartbeat>,
    user_id: Arc<UserIdProvider>,
    connections: Arc<ConnectionTable>,
}

impl SignalR {
    /// Begins to put a server together.
    pub fn builder() -> SignalRBuilder {
        SignalRBuilder::new()
    }

    pub(super) fn new(
        hubs: HashMap<TypeId, Arc<dyn HubRuntime>>,
        user_id: Arc<UserIdProvider>,
    ) -> Self {
        let connections = Arc::<ConnectionTable>::default();
        Self(Arc::new(Inner {
            hubs,
            heartbeat: Heartbeat::new(Arc::clone(&connections)),
            user_id,
            connections,
        }))
    }

    /// The routes of a hub at `path`: `router.merge(signalr.map::<ChatHub>("/chat"))`.
    ///
    /// A hub can be served at several paths: they share its connections, groups and users.
    ///
    /// # Panics
    /// The hub was not added to the builder, or `path` does not begin with `/`.
    pub fn map<H: Hub>(&self, path: &str) -> HubRoutes {
        self.map_with::<H>(path, EndpointOptions::default())
    }

    /// The routes of a hub at `path`, served with other options than the default ones.
    ///
    /// # Panics
    /// The hub was not added to the builder, or `path` does not begin with `/`.
    pub fn map_with<H: Hub>(&self, path: &str, options: EndpointOptions) -> HubRoutes {
        let service = Arc::new(self.service::<H>(options.clone()));
        self.routes(path, service, options)
    }

    /// Routes for connections without the hub protocol: `handle` has the bytes both ways, over any
    /// transport. The connection ends when it is dropped.
    ///
    /// # Panics
    /// `path` does not begin with `/`.
    pub fn map_connections<F, Handling>(
        &self,
        path: &str,
        options: EndpointOptions,
        handle: F,
    ) -> HubRoutes
    where
        F: Fn(RawConnection) -> Handling + Send + Sync + 'static,
        Handling: Future<Output = ()> + Send + 'static,
    {
        let service = Arc::new(RawService {
            handler: Box::new(move |connection| Box::pin(handle(connection))),
            endpoint: Arc::new(options.clone()),
        });
        self.routes(path, service, options)
    }

    fn routes(&self, path: &str, serves: Arc<dyn Serves>, options: EndpointOptions) -> HubRoutes {
        let heartbeat = Arc::clone(&self.0.heartbeat);
        HubRoutes::new(
            path,
            serves,
            options,
            heartbeat,
            Arc::clone(&self.0.connections),
        )
    }

    /// Sends to a hub's clients from anywhere.
    ///
    /// # Panics
    /// The hub was not added to the builder.
    #[must_use]
    pub fn context<H: Hub>(&self) -> HubContext<H> {
        HubContext::new(Arc::clone(self.runtime::<H>().lifetime()))
    }

    /// Serves one connection of a hub over any transport, to its end. Dropping the future drops
    /// the connection without a word.
    ///
    /// # Panics
    /// The hub was not added to the builder.
    pub async fn serve<H: Hub>(&self, transport: impl Transport) {
        let arrival = Arrival {
            id: new_id().into(),
            transport: Box::new(transport),
            request: None,
            gone: None,
        };
        self.service::<H>(EndpointOptions::default())
            .run(arrival)
            .await;
    }

    fn runtime<H: Hub>(&self) -> &Arc<dyn HubRuntime> {
        self.0.hubs.get(&TypeId::of::<H>()).unwrap_or_else(|| {
            panic!(
                "`{name}` was not added to the server; call `.hub::<{name}>(..)` on the builder",
                name = type_name::<H>()
            )
        })
    }

    fn service<H: Hub>(&self, options: EndpointOptions) -> Service {
        Service {
            hub: Arc::clone(self.runtime::<H>()),
            endpoint: Arc::new(options),
            heartbeat: Arc::clone(&self.0.heartbeat),
            user_id: Arc::clone(&self.0.user_id),
        }
    }
}

impl fmt::Debug for SignalR {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hubs: Vec<_> = self.0.hubs.values().map(|hub| hub.name()).collect();
        f.debug_struct("SignalR")
            .field("hubs", &hubs)
            .finish_non_exhaustive()
    }
}
