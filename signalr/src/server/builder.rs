use std::any::{TypeId, type_name};
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::authorize::{Policies, PolicyContext, Requirement};
use super::base::HubBase;
use super::build_error::{BuildError, Fault};
use super::core::HubCore;
use super::dispatch::{MethodTable, Methods, policies};
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

/// A hub as it was added, apart from its type.
struct Added {
    type_id: TypeId,
    type_name: &'static str,
    name: &'static str,
    authorize: &'static [Requirement],
    methods: Methods,
    needs: Vec<ServiceNeed>,
    configure: Configure,
    /// Makes the hub's context a service.
    add_context: fn(Services, Arc<dyn LifetimeManager>) -> Services,
    make: Make,
}

type Configure = Box<dyn FnOnce(&mut HubOptions)>;
type Make = Box<dyn FnOnce(&ServiceScope, HubBase) -> Result<Arc<dyn HubRuntime>, ServiceError>>;

/// A hub that is made once every hub's context is a service.
struct Prepared {
    options: HubOptions,
    lifetime: Arc<dyn LifetimeManager>,
    added: Added,
}

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
        let MethodTable {
            methods,
            needs,
            binds,
        } = MethodTable::<H>::of_hub();
        self.hubs.push(Added {
            type_id: TypeId::of::<H>(),
            type_name: type_name::<H>(),
            name: H::NAME,
            authorize: H::AUTHORIZE,
            methods: Methods::new(methods),
            needs,
            configure: Box::new(configure),
            add_context: |services, lifetime| services.add(HubContext::<H>::new(lifetime)),
            make: Box::new(|services, base| {
                Ok(Arc::new(HubCore::new(base, binds, make(services)?)))
            }),
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
        let mut prepared: Vec<Prepared> = Vec::new();
        let mut needs = Vec::new();
        for mut added in self.hubs {
            let mut options = self.options.clone();
            let configure = std::mem::replace(&mut added.configure, Box::new(|_| {}));
            configure(&mut options);
            faults.extend(options.faults().map(|rule| Fault::Option {
                hub: added.name,
                rule,
            }));
            if prepared
                .iter()
                .any(|hub| hub.added.type_id == added.type_id)
            {
                faults.push(Fault::Twice { hub: added.name });
                continue;
            }
            let unknown = added
                .policies()
                .filter(|(policy, _)| !self.policies.has(policy));
            faults.extend(unknown.map(|(policy, place)| Fault::Policy {
                hub: added.name,
                place,
                policy,
            }));
            needs.append(&mut added.needs);
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
            services = (added.add_context)(services, Arc::clone(&lifetime));
            prepared.push(Prepared {
                options,
                lifetime,
                added,
            });
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
            for Prepared {
                options,
                lifetime,
                added,
            } in prepared
            {
                let base = HubBase {
                    name: added.name,
                    type_name: added.type_name,
                    authorize: added.authorize,
                    methods: added.methods,
                    options,
                    lifetime,
                    services: Arc::clone(&services),
                    policies: Arc::clone(&policies),
                    trace_parent: self.trace_parent.clone(),
                };
                let scope = ServiceScope::new(Arc::clone(&services));
                match (added.make)(&scope, base) {
                    Ok(hub) => {
                        hubs.insert(added.type_id, hub);
                    }
                    Err(error) => faults.push(Fault::Hub {
                        hub: added.name,
                        error,
                    }),
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

impl Added {
    /// The policies that the hub and its methods name, each with its place.
    fn policies(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        policies(self.authorize, self.name).chain(self.methods.policies())
    }
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
