use std::any::Any;
use std::collections::HashMap;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use super::Principal;

pub(super) type Decision = Pin<Box<dyn Future<Output = bool> + Send>>;
type Policy = Arc<dyn Fn(&PolicyContext<'_>) -> Decision + Send + Sync>;

/// What a policy decides about.
#[derive(Clone, Copy)]
pub struct PolicyContext<'a> {
    pub(in crate::server) principal: Option<&'a Principal>,
    pub(in crate::server) hub: &'static str,
    pub(in crate::server) method: Option<&'static str>,
    pub(in crate::server) arguments: Option<&'a (dyn Any + Send)>,
}

impl PolicyContext<'_> {
    /// The user; there always is one, unless the policy is asked about an anonymous request.
    #[must_use]
    pub fn principal(&self) -> Option<&Principal> {
        self.principal
    }

    /// The hub's type name.
    #[must_use]
    pub fn hub(&self) -> &'static str {
        self.hub
    }

    /// The method's wire name; `None` where the connection itself is asked about.
    #[must_use]
    pub fn method(&self) -> Option<&'static str> {
        self.method
    }

    /// The method's wire arguments, if they are a tuple of these types:
    /// `context.arguments::<(String, i32)>()`.
    #[must_use]
    pub fn arguments<A: 'static>(&self) -> Option<&A> {
        self.arguments?.downcast_ref()
    }
}

impl fmt::Debug for PolicyContext<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PolicyContext")
            .field("principal", &self.principal)
            .field("hub", &self.hub)
            .field("method", &self.method)
            .finish_non_exhaustive()
    }
}

/// The policies of an application, by name.
#[derive(Clone, Default)]
pub(in crate::server) struct Policies(HashMap<Box<str>, Policy>);

impl Policies {
    pub(in crate::server) fn add<F, Deciding>(&mut self, name: &str, policy: F)
    where
        F: Fn(&PolicyContext<'_>) -> Deciding + Send + Sync + 'static,
        Deciding: Future<Output = bool> + Send + 'static,
    {
        self.0.insert(
            name.into(),
            Arc::new(move |context| Box::pin(policy(context))),
        );
    }

    pub(in crate::server) fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    pub(super) fn decide(&self, name: &str, context: &PolicyContext<'_>) -> Decision {
        match self.0.get(name) {
            Some(policy) => policy(context),
            // `build` has refused unknown names.
            None => Box::pin(std::future::ready(false)),
        }
    }
}
