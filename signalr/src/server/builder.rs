use std::any::TypeId;
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::authorize::{Policies, PolicyContext};
use super::build_error::{BuildError, Fault};
use super::core::HubCore;
use super::dispatch::{MethodMap, MethodTable};
use super::hub_context::HubContext;
use super::lifetime::{HubInfo, InProcess, LifetimeManager, ProtocolSet, ScaleOut, ScaleOutError};
use super::pump::UserIdProvider;
use super::request::ConnectionRequest;
use super::runtime::HubRuntime;
use super::services::{ServiceError, ServiceNeed, ServiceScope, Services};
use super::signalr::SignalR;
use super::spans::TraceParent;
use super::{Hub, HubOptions};

/// Puts a [`SignalR`] together.
#[must_use]
pub struct SignalRBuilder {
    services: Services,
    options: HubOptions,
    hubs: Vec<Added>,
    user_id: Arc<UserIdProvider>,
    policies: Policies,
    scale_out: Arc<dyn ScaleOut>,
    disconnect_timeout: Duration,
    trace_parent: Option<Arc<TraceParent>>,
}

/// A hub as it was added: its steps from here to a running hub.
struct Added {
    type_id: TypeId,
    name: &'static str,
    needs: Vec<ServiceNeed>,
    policies: Vec<(&'static str, &'static str)>,
    configure: Box<dyn FnOnce(&mut HubOptions)>,
    prepare: Prepare,
}

/// First every hub's context becomes a service, then the hubs are made.
type Prepare =
    Box<dyn FnOnce(HubOptions, Services, Arc<dyn LifetimeManager>) -> (Services, Finish)>;
type Finish = Box<
    dyn FnOnce(
        &Arc<Services>,
        &Arc<Policies>,
        Option<Arc<TraceParent>>,
    ) -> Result<Arc<dyn HubRuntime>, ServiceError>,
>;

impl SignalRBuilder {
    pub(super) fn new() -> Self {
        Self {
            services: Services::new(),
            options: HubOptions::default(),
            hubs: Vec::new(),
            user_id: Arc::new(|request| Some(request?.principal()?.id()?.to_owned())),
            policies: Policies::default(),
            scale_out: Arc::new(in_process),
            disconnect_timeout: Duration::from_secs(15),
            trace_parent: None,
        }
    }

    /// The services that hubs and their methods are given.
    pub fn services(mut self, services: Services) -> Self {
        self.services = services;
        self
    }

    /// Sets options of all hubs; each hub starts from a copy of them.
    pub fn options(mut self, configure: impl FnOnce(&mut HubOptions)) -> Self {
        configure(&mut self.options);
        self
    }

    /// How long a negotiated connection may be without a request that carries it: between
    /// negotiation and transport, or between two polls; checked once a second. Not zero.
    /// `ConnectionOptions.DisconnectTimeout` of the reference. Default: 15 s.
    pub fn disconnect_timeout(mut self, timeout: Duration) -> Self {
        self.disconnect_timeout = timeout;
        self
    }

    /// Gives the span of a call the parent that the call's headers name, such as `traceparent`: the
    /// client's span, as .NET clients send it. Only asked for calls with headers, and only where
    /// their spans are recorded. With OpenTelemetry:
    ///
    /// ```ignore
    /// .trace_parent(|span, headers| {
    ///     let headers: HashMap<String, String> = headers.iter().cloned().collect();
    ///     let _ = span.set_parent(TraceContextPropagator::new().extract(&headers));
    /// })
    /// ```
    pub fn trace_parent(
        mut self,
        set: impl Fn(&tracing::Span, &[(String, String)]) + Send + Sync + 'static,
    ) -> Self {
        self.trace_parent = Some(Arc::new(set));
        self
    }

    /// Tells which user a connection belongs to, once, at its handshake. The request is `None`
    /// where the connection is not HTTP. Default: the id of the request's
    /// [`Principal`](super::Principal).
    pub fn user_id_provider(
        mut self,
        provider: impl Fn(Option<&ConnectionRequest>) -> Option<String> + Send + Sync + 'static,
    ) -> Self {
        self.user_id = Arc::new(provider);
        self
    }

    /// Adds a policy that `#[authorize(policy = "..")]` can name.
    ///
    /// It is asked after the user is known and has the roles that are named beside it. It takes
    /// what it needs from its context at once and decides in its own time.
    pub fn policy<F, Deciding>(mut self, name: &str, policy: F) -> Self
    where
        F: Fn(&PolicyContext<'_>) -> Deciding + Send + Sync + 'static,
        Deciding: Future<Output = bool> + Send + 'static,
    {
        self.policies.add(name, policy);
        self
    }

    /// Joins this server with others through a backend. Default: none, the server is alone.
    pub fn scale_out(mut self, backend: impl ScaleOut) -> Self {
        self.scale_out = Arc::new(backend);
        self
    }

    /// Joins this server with others over Redis, as ASP.NET Core does it: servers of both kinds
    /// can serve one hub together.
    ///
    /// Takes the place of [`scale_out`](Self::scale_out). What is wrong with the options is told by
    /// [`build`](Self::build); a Redis that cannot be reached is not: the server goes on trying,
    /// and [`RedisOptions::health`](super::redis::RedisOptions::health) tells how it is.
    #[cfg(feature = "redis")]
    pub fn redis(self, options: super::redis::RedisOptions) -> Self {
        self.scale_out(super::redis::Backplane::new(options))
    }

    /// Adds a hub: how it is made from the services, and its options.
    ///
    /// The hub is made once, by [`build`](Self::build), and shared by all connections; what
    /// belongs to one connection lives in [`items`](super::CallerContext::items).
    pub fn hub<H: Hub>(
        mut self,
        make: impl FnOnce(&ServiceScope) -> Result<H, ServiceError> + 'static,
        configure: impl FnOnce(&mut HubOptions) + 'static,
    ) -> Self {
        let table = MethodTable::<H>::of_hub();
        self.hubs.push(Added {
            type_id: TypeId::of::<H>(),
            name: H::NAME,
            needs: table.needs().to_vec(),
            policies: table.policies(),
            configure: Box::new(configure),
            prepare: prepare(table.into_map(), make),
        });
        self
    }

    /// Makes the hubs.
    ///
    /// # Errors
    /// All that is missing or wrong: a service that a hub method asks for, an option out of its
    /// range, a hub that was added twice or that could not be made.
    pub fn build(self) -> Result<SignalR, BuildError> {
        let mut faults = Vec::new();
        if self.disconnect_timeout.is_zero() {
            faults.push(Fault::Server("`disconnect_timeout` must not be zero"));
        }
        let mut services = self.services;
        let mut finishes: Vec<(TypeId, &'static str, Finish)> = Vec::new();
        let mut needs = Vec::new();
        for added in self.hubs {
            let mut options = self.options.clone();
            (added.configure)(&mut options);
            faults.extend(options.faults().map(|rule| Fault::Option {
                hub: added.name,
                rule,
            }));
            if finishes.iter().any(|(id, ..)| *id == added.type_id) {
                faults.push(Fault::Twice { hub: added.name });
                continue;
            }
            let unknown = added
                .policies
                .into_iter()
                .filter(|(policy, _)| !self.policies.has(policy));
            faults.extend(unknown.map(|(policy, place)| Fault::Policy {
                hub: added.name,
                place,
                policy,
            }));
            needs.extend(added.needs);
            let protocols = ProtocolSet::of(&options.supported_protocols);
            let lifetime = match self
                .scale_out
                .lifetime(&HubInfo::new(added.name, protocols))
            {
                Ok(lifetime) => lifetime,
                Err(error) => {
                    faults.push(Fault::ScaleOut {
                        hub: added.name,
                        error,
                    });
                    continue;
                }
            };
            let (with_context, finish) = (added.prepare)(options, services, lifetime);
            services = with_context;
            finishes.push((added.type_id, added.name, finish));
        }
        faults.extend(
            needs
                .iter()
                .filter(|need| !services.has(need))
                .map(|need| Fault::Service {
                    method: need.method,
                    parameter: need.parameter,
                    error: need.missing(),
                }),
        );
        let services = Arc::new(services);
        let policies = Arc::new(self.policies);
        let mut hubs = HashMap::new();
        if faults.is_empty() {
            for (type_id, hub, finish) in finishes {
                match finish(&services, &policies, self.trace_parent.clone()) {
                    Ok(runtime) => {
                        hubs.insert(type_id, runtime);
                    }
                    Err(error) => faults.push(Fault::Hub { hub, error }),
                }
            }
        }
        if faults.is_empty() {
            Ok(SignalR::new(
                hubs,
                self.user_id,
                policies,
                self.disconnect_timeout,
            ))
        } else {
            Err(BuildError::new(faults))
        }
    }
}

fn in_process(_: &HubInfo) -> Result<Arc<dyn LifetimeManager>, ScaleOutError> {
    Ok(Arc::<InProcess>::default())
}

fn prepare<H: Hub>(
    methods: MethodMap<H>,
    make: impl FnOnce(&ServiceScope) -> Result<H, ServiceError> + 'static,
) -> Prepare {
    Box::new(move |options, services, lifetime| {
        let services = services.add(HubContext::<H>::new(Arc::clone(&lifetime)));
        let finish: Finish = Box::new(move |services, policies, trace_parent| {
            let hub = make(&ServiceScope::new(Arc::clone(services)))?;
            let services = Arc::clone(services);
            let policies = Arc::clone(policies);
            Ok(Arc::new(HubCore::new(
                options,
                lifetime,
                services,
                methods,
                policies,
                trace_parent,
                hub,
            )))
        });
        (services, finish)
    })
}

impl fmt::Debug for SignalRBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hubs: Vec<_> = self.hubs.iter().map(|hub| hub.name).collect();
        f.debug_struct("SignalRBuilder")
            .field("hubs", &hubs)
            .field("services", &self.services)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}
