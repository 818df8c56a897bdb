use std::any::{TypeId, type_name};
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::attendance::Attendance;
use super::authorize::Policies;
use super::builder::SignalRBuilder;
use super::heartbeat::Heartbeat;
use super::http::{ConnectionTable, Endpoint, HubRoutes, new_id, new_key};
use super::metrics::TimedOut;
use super::pump::{Service, UserIdProvider};
use super::raw::{RawConnection, RawService};
use super::runtime::HubRuntime;
use super::serve::{Arrival, Serves};
use super::slow_consumers::Tally;
use super::{DrainOptions, EndpointOptions, Hub, HubContext, SlowConsumerCounts};
use crate::transport::Transport;

/// A server of hubs: give its routes to axum with [`map`](Self::map). Cheap to clone.
#[derive(Clone)]
pub struct SignalR(Arc<Inner>);

struct Inner {
    hubs: HashMap<TypeId, Arc<dyn HubRuntime>>,
    heartbeat: Arc<Heartbeat>,
    user_id: Arc<UserIdProvider>,
    policies: Arc<Policies>,
    connections: Arc<ConnectionTable>,
    attendance: Arc<Attendance>,
    tally: Arc<Tally>,
}

impl SignalR {
    /// Begins to put a server together.
    pub fn builder() -> SignalRBuilder {
        SignalRBuilder::new()
    }

    pub(super) fn new(
        hubs: HashMap<TypeId, Arc<dyn HubRuntime>>,
        user_id: Arc<UserIdProvider>,
        policies: Arc<Policies>,
        disconnect_timeout: Duration,
    ) -> Self {
        let connections = Arc::new(ConnectionTable::new(disconnect_timeout));
        Self(Arc::new(Inner {
            hubs,
            heartbeat: Heartbeat::new(Arc::clone(&connections)),
            user_id,
            policies,
            connections,
            attendance: Arc::default(),
            tally: Arc::default(),
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
    /// The hub was not added to the builder, `path` does not begin with `/`, or an option is out
    /// of its range or names a policy that does not exist: the text says which. Like a bad path of
    /// axum's own router it is a mistake of the program, found where its routes are put together
    /// and before anything is served; `build`, which returns such faults, is over by then.
    pub fn map_with<H: Hub>(&self, path: &str, options: EndpointOptions) -> HubRoutes {
        let service = Arc::new(self.service::<H>(options.clone()));
        self.routes(path, service, options)
    }

    /// Routes for connections without the hub protocol: `handle` has the bytes both ways, over any
    /// transport. The connection ends when it is dropped.
    ///
    /// # Panics
    /// As [`map_with`](Self::map_with) does for paths and options.
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
            attendance: Arc::clone(&self.0.attendance),
            heartbeat: Arc::clone(&self.0.heartbeat),
        });
        // Without messages there is nothing to count.
        self.routes(path, service, options.allow_stateful_reconnects(false))
    }

    fn routes(&self, path: &str, serves: Arc<dyn Serves>, options: EndpointOptions) -> HubRoutes {
        self.check(path, serves.name(), &options);
        HubRoutes::new(
            path,
            Endpoint {
                serves,
                options: Arc::new(options),
                policies: Arc::clone(&self.0.policies),
                heartbeat: Arc::clone(&self.0.heartbeat),
                table: Arc::clone(&self.0.connections),
                attendance: Arc::clone(&self.0.attendance),
                key: new_key(),
            },
        )
    }

    fn check(&self, path: &str, hub: &str, options: &EndpointOptions) {
        let unknown = options
            .authorize
            .iter()
            .filter_map(|requirement| requirement.policy)
            .filter(|policy| !self.0.policies.has(policy))
            .map(|policy| {
                format!(
                    "the policy `{policy}` does not exist; add it with `.policy(\"{policy}\", ..)`"
                )
            });
        let faults: Vec<_> = options.faults().chain(unknown).collect();
        assert!(
            faults.is_empty(),
            "options of `{hub}` at `{path}`: {}",
            faults.join("; ")
        );
    }

    /// Sends to a hub's clients from anywhere.
    ///
    /// # Panics
    /// The hub was not added to the builder.
    #[must_use]
    pub fn context<H: Hub>(&self) -> HubContext<H> {
        HubContext::new(Arc::clone(self.runtime::<H>().lifetime()))
    }

    /// What slow clients of all hubs have cost until now.
    #[must_use]
    pub fn slow_consumers(&self) -> SlowConsumerCounts {
        self.0.tally.counts()
    }

    /// Serves one connection of a hub over any transport, to its end. Dropping the future drops
    /// the connection without a word.
    ///
    /// # Panics
    /// The hub was not added to the builder.
    pub async fn serve<H: Hub>(&self, transport: impl Transport) {
        let arrival = Arrival {
            id: new_id().into(),
            authentication: Arc::default(),
            timed_out: TimedOut::default(),
            transport: Box::new(transport),
            request: None,
            handover: None,
            gone: None,
        };
        self.service::<H>(EndpointOptions::default())
            .run(arrival)
            .await;
    }

    /// Lets all connections of all hubs go, and nobody else in: what a server does before it stops.
    ///
    /// From now on negotiations and new connections are answered with 503. The connections that
    /// there are get their turn one after the other, [spread](DrainOptions::spread) over a time: as
    /// soon as no call or stream of it runs, each is sent Close with `allowReconnect`, so that clients
    /// that reconnect by themselves go elsewhere. What still runs at the
    /// [deadline](DrainOptions::deadline) is cut off, and after five more seconds at most this returns.
    /// Raw connections [receive](RawConnection::receive) their end.
    ///
    /// axum's graceful shutdown waits for event streams and polls; they end here. It also waits, for
    /// ever, for any client that takes nothing more of an answer or never ends its request, so it
    /// needs a limit:
    ///
    /// ```no_run
    /// # async fn serve(listener: tokio::net::TcpListener, app: axum::Router, signalr: signalr::SignalR) -> std::io::Result<()> {
    /// use std::time::Duration;
    /// use signalr::CancellationToken;
    /// use signalr::server::DrainOptions;
    ///
    /// let drained = CancellationToken::new();
    /// let serving = axum::serve(listener, app)
    ///     .with_graceful_shutdown(drained.clone().cancelled_owned());
    /// let stopping = async {
    ///     let _ = tokio::signal::ctrl_c().await;
    ///     signalr.drain(DrainOptions::default()).await;
    ///     drained.cancel();
    ///     tokio::time::sleep(Duration::from_secs(5)).await;
    /// };
    /// tokio::select! {
    ///     served = serving => served,
    ///     () = stopping => Ok(()),
    /// }
    /// # }
    /// ```
    ///
    /// There is no way back. If the future is dropped, nobody is let in all the same; who is there
    /// stays until this is called again.
    pub async fn drain(&self, options: DrainOptions) {
        self.0.attendance.drain(&options).await;
        // Whoever has not ended by now must not hold up the HTTP server any longer than its socket does.
        self.0.connections.end_all();
    }

    /// Whether [`drain`](Self::drain) has begun, for the health check that tells a load balancer.
    #[must_use]
    pub fn is_draining(&self) -> bool {
        self.0.attendance.is_closed()
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
            attendance: Arc::clone(&self.0.attendance),
            tally: Arc::clone(&self.0.tally),
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
