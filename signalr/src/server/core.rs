use std::any::{Any, type_name};
use std::sync::Arc;

use super::authorize::{Check, Policies, PolicyContext, Principal, Requirement};
use super::connection::Connection;
use super::dispatch::{
    Answer, Binder, CallState, LifetimeEvent, LifetimeFuture, MethodMap, Uploads, fault, refuse,
    unknown,
};
use super::filter::{LifetimeContext, Next};
use super::lifetime::LifetimeManager;
use super::runtime::{Bound, HubRuntime, Ready};
use super::services::{ServiceScope, Services};
use super::spans::{RemoteParent, Trace, TraceParent, Traced};
use super::target::Asker;
use super::{Hub, HubOptions};
use crate::error::ConnectionError;
use crate::protocol::Invocation;

/// A hub with all that its calls need.
pub(crate) struct HubCore<H: Hub> {
    options: HubOptions,
    lifetime: Arc<dyn LifetimeManager>,
    services: Arc<Services>,
    methods: MethodMap<H>,
    policies: Arc<Policies>,
    trace_parent: Option<Arc<TraceParent>>,
    instance: H,
}

impl<H: Hub> HubCore<H> {
    pub(super) fn new(
        options: HubOptions,
        lifetime: Arc<dyn LifetimeManager>,
        services: Arc<Services>,
        methods: MethodMap<H>,
        policies: Arc<Policies>,
        trace_parent: Option<Arc<TraceParent>>,
        instance: H,
    ) -> Self {
        Self {
            options,
            lifetime,
            services,
            methods,
            policies,
            trace_parent,
            instance,
        }
    }

    /// The hub: one for all connections.
    pub(super) fn instance(&self) -> &H {
        &self.instance
    }

    pub(super) fn options(&self) -> &HubOptions {
        &self.options
    }

    pub(super) fn lifetime(&self) -> &Arc<dyn LifetimeManager> {
        &self.lifetime
    }

    /// Begins to check what a caller must be.
    pub(super) fn check(
        &self,
        requirements: &[Requirement],
        principal: Option<&Principal>,
        method: Option<&'static str>,
        arguments: Option<&(dyn Any + Send)>,
    ) -> Check {
        let context = PolicyContext {
            principal,
            hub: H::NAME,
            method,
            arguments,
        };
        Requirement::check_all(requirements, &self.policies, &context)
    }

    fn lifetime_context(
        &self,
        connection: &Arc<Connection>,
        asker: Asker,
        cause: Option<ConnectionError>,
    ) -> LifetimeContext {
        LifetimeContext {
            asker,
            hub: H::NAME,
            connection: Arc::clone(connection),
            lifetime: Arc::clone(&self.lifetime),
            scope: self.scope(),
            cause,
        }
    }

    /// A call of a method that there is not.
    fn unknown(
        self: Arc<Self>,
        connection: &Arc<Connection>,
        invocation: &Invocation<'_>,
    ) -> Bound {
        if !self.options.filters.see_unknown_methods() {
            return Bound::UnknownMethod;
        }
        tracing::debug!(target = %invocation.target, "unknown hub method");
        let state = Arc::new(CallState::new(
            Arc::clone(connection),
            invocation.target.clone().into_owned(),
            invocation.streaming,
            &[],
            invocation.invocation_id.as_deref().map(Into::into),
            self.options.enable_detailed_errors,
            Self::trace(Traced::Not),
        ));
        let scope = self.scope();
        Bound::Ready(Ready {
            call: unknown(self, Arc::clone(&state), scope),
            state,
            // However it is called: filters take time, and this is what abuse looks like.
            counts: true,
        })
    }

    fn trace(traced: Traced) -> Trace {
        Trace {
            traced,
            service: type_name::<H>(),
            parent: None,
        }
    }

    fn trace_of(&self, invocation: &Invocation<'_>, fits: bool) -> Trace {
        if !fits {
            return Self::trace(Traced::Not);
        }
        let set = self
            .trace_parent
            .as_ref()
            .filter(|_| !invocation.headers.is_empty());
        let parent = set.map(|set| RemoteParent {
            set: Arc::clone(set),
            headers: invocation
                .headers
                .iter()
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect(),
        });
        Trace {
            parent,
            ..Self::trace(Traced::Invocation)
        }
    }

    pub(super) fn scope(&self) -> ServiceScope {
        ServiceScope::new(Arc::clone(&self.services))
    }
}

impl<H: Hub> HubRuntime for HubCore<H> {
    fn name(&self) -> &'static str {
        H::NAME
    }

    fn type_name(&self) -> &'static str {
        type_name::<H>()
    }

    fn options(&self) -> &HubOptions {
        &self.options
    }

    fn lifetime(&self) -> &Arc<dyn LifetimeManager> {
        &self.lifetime
    }

    fn admit(&self, principal: Option<&Principal>) -> Check {
        self.check(H::AUTHORIZE, principal, None, None)
    }

    fn allow(&self, call: &CallState, arguments: &(dyn Any + Send)) -> Check {
        let principal = call.connection().principal();
        let method = call.known_method();
        self.check(
            call.authorize(),
            principal.as_ref(),
            method,
            Some(arguments),
        )
    }

    fn bind(
        self: Arc<Self>,
        connection: &Arc<Connection>,
        invocation: &Invocation<'_>,
        uploads: &mut Uploads,
    ) -> Bound {
        let Some(method) = self.methods.find(&invocation.target) else {
            return self.unknown(connection, invocation);
        };
        let fault = fault(method.name, method.streaming, method.uploads, invocation);
        let state = Arc::new(CallState::new(
            Arc::clone(connection),
            method.name,
            method.streaming,
            method.authorize,
            invocation.invocation_id.as_deref().map(Into::into),
            self.options.enable_detailed_errors,
            self.trace_of(invocation, fault.is_none()),
        ));
        let bound = (method.bind)(Binder {
            core: &self,
            state: Arc::clone(&state),
            arguments: &invocation.arguments,
            stream_ids: invocation.stream_ids.iter(),
            uploads: fault.is_none().then_some(uploads),
        });
        let call = match (bound, fault) {
            (Err(error), _) => {
                return Bound::Unbound {
                    method: method.name,
                    error,
                };
            }
            (Ok(call), None) => call,
            (Ok(_), Some(text)) => refuse(Arc::clone(&state), text),
        };
        Bound::Ready(Ready {
            call,
            state,
            counts: !invocation.streaming && invocation.stream_ids.is_empty(),
        })
    }

    fn connected(self: Arc<Self>, connection: Arc<Connection>) -> LifetimeFuture {
        let filters = self.options.filters.around_connected();
        if filters.is_empty() {
            return H::connected(LifetimeEvent::connected(self, connection));
        }
        let context = self.lifetime_context(&connection, Asker::Connecting, None);
        let core = Arc::clone(&self);
        let next = Next::new(filters, move |_| {
            H::connected(LifetimeEvent::connected(core, connection))
        });
        next.run(context)
    }

    fn authentication_refreshed(self: Arc<Self>, connection: Arc<Connection>) -> Ready {
        let state = Arc::new(CallState::new(
            connection,
            "on_authentication_refreshed",
            false,
            &[],
            None,
            self.options.enable_detailed_errors,
            Self::trace(Traced::AuthenticationRefreshed),
        ));
        let event = LifetimeEvent::authentication_refreshed(self, Arc::clone(&state));
        let handling = H::authentication_refreshed(event);
        Ready {
            call: Box::pin(async move {
                handling.await?;
                Ok(Answer::sent())
            }),
            state,
            counts: true,
        }
    }

    fn disconnected(
        self: Arc<Self>,
        connection: Arc<Connection>,
        cause: Option<ConnectionError>,
    ) -> LifetimeFuture {
        let filters = self.options.filters.around_disconnected();
        if filters.is_empty() {
            return H::disconnected(LifetimeEvent::disconnected(self, connection, cause));
        }
        let context = self.lifetime_context(&connection, Asker::Outside, cause);
        let core = Arc::clone(&self);
        let next = Next::new(filters, move |context: LifetimeContext| {
            let cause = context.cause().cloned();
            H::disconnected(LifetimeEvent::disconnected(core, connection, cause))
        });
        next.run(context)
    }
}
