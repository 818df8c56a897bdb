use std::any::Any;
use std::sync::Arc;

use super::HubOptions;
use super::authorize::{Check, Policies, PolicyContext, Principal, Requirement};
use super::dispatch::{CallState, Methods};
use super::lifetime::LifetimeManager;
use super::services::{ServiceScope, Services};
use super::spans::{RemoteParent, Trace, TraceParent, Traced};
use crate::protocol::Invocation;

/// All that a hub's calls need and that does not know the hub's type.
pub(crate) struct HubBase {
    /// The type's name without path and parameters.
    pub(super) name: &'static str,
    /// The type with its path.
    pub(super) type_name: &'static str,
    /// What every request must come with.
    pub(super) authorize: &'static [Requirement],
    pub(super) methods: Methods,
    pub(super) options: HubOptions,
    pub(super) lifetime: Arc<dyn LifetimeManager>,
    pub(super) services: Arc<Services>,
    pub(super) policies: Arc<Policies>,
    pub(super) trace_parent: Option<Arc<TraceParent>>,
}

impl HubBase {
    /// Whether a request with this principal may open or use a connection.
    pub(super) fn admit(&self, principal: Option<&Principal>) -> Check {
        self.check(self.authorize, principal, None, None)
    }

    /// Whether the caller may make this call.
    pub(super) fn allow(&self, call: &CallState, arguments: &(dyn Any + Send)) -> Check {
        let principal = call.connection().principal();
        let method = call.known_method();
        self.check(
            call.authorize(),
            principal.as_ref(),
            method,
            Some(arguments),
        )
    }

    fn check(
        &self,
        requirements: &[Requirement],
        principal: Option<&Principal>,
        method: Option<&'static str>,
        arguments: Option<&(dyn Any + Send)>,
    ) -> Check {
        let context = PolicyContext {
            principal,
            hub: self.name,
            method,
            arguments,
        };
        Requirement::check_all(requirements, &self.policies, &context)
    }

    pub(super) fn scope(&self) -> ServiceScope {
        ServiceScope::new(Arc::clone(&self.services))
    }

    pub(super) fn trace(&self, traced: Traced) -> Trace {
        Trace {
            traced,
            service: self.type_name,
            parent: None,
        }
    }

    /// How a call of a method is traced.
    pub(super) fn trace_of(&self, invocation: &Invocation<'_>) -> Trace {
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
            ..self.trace(Traced::Invocation)
        }
    }
}
