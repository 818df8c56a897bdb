//! Code around hub methods and lifetime events: `IHubFilter` of ASP.NET Core as plain async
//! functions.

mod context;
mod lifetime;
mod next;
mod returned;
mod run;

pub use context::InvocationContext;
pub use lifetime::LifetimeContext;
pub(super) use next::Filter;
pub use next::{FilterFuture, Next};
pub use returned::Returned;
pub(super) use run::{Driven, FilterRun};

use std::fmt;
use std::future::Future;
use std::sync::Arc;

use crate::error::HubError;

/// The filters of a hub, from the outermost to the innermost.
#[derive(Clone, Default)]
pub struct Filters {
    invocation: Vec<Filter<InvocationContext, Returned>>,
    connected: Vec<Filter<LifetimeContext, ()>>,
    disconnected: Vec<Filter<LifetimeContext, ()>>,
    unknown_methods: bool,
}

impl Filters {
    /// Adds a filter around every call of a hub method, inside those that were added before.
    ///
    /// ```
    /// # use signalr::HubOptions;
    /// # let mut options = HubOptions::default();
    /// options.filters.invocation(async |call, next| {
    ///     let method = call.method().to_owned();
    ///     let result = next.run(call).await;
    ///     println!("{method}: {}", if result.is_ok() { "done" } else { "failed" });
    ///     result
    /// });
    /// ```
    ///
    /// A filter runs after the arguments are bound and the caller's rights are checked. It may
    /// change the arguments and the result, answer without calling `next`, or fail. For a stream it
    /// surrounds the call that returns the stream, not the items. Where it ends before the method
    /// does, as a time-out would, the method is dropped.
    pub fn invocation<F, Running>(&mut self, filter: F)
    where
        F: Fn(InvocationContext, Next<InvocationContext, Returned>) -> Running
            + Send
            + Sync
            + 'static,
        Running: Future<Output = Result<Returned, HubError>> + Send + 'static,
    {
        self.invocation
            .push(Arc::new(move |call, next| Box::pin(filter(call, next))));
    }

    /// Sends calls of methods that the hub does not have through the filters too, so that they can
    /// be counted, slowed down or answered. Default: no, as in ASP.NET Core.
    ///
    /// Such a call has no arguments, [`is_unknown`](InvocationContext::is_unknown) tells it from
    /// others, and `next` fails with what its client is answered with otherwise. It counts
    /// against the limit of parallel calls.
    pub fn unknown_methods(&mut self, seen: bool) {
        self.unknown_methods = seen;
    }

    /// Adds a filter around `on_connected`. If it fails, the connection is refused.
    pub fn connected<F, Running>(&mut self, filter: F)
    where
        F: Fn(LifetimeContext, Next<LifetimeContext, ()>) -> Running + Send + Sync + 'static,
        Running: Future<Output = Result<(), HubError>> + Send + 'static,
    {
        self.connected
            .push(Arc::new(move |event, next| Box::pin(filter(event, next))));
    }

    /// Adds a filter around `on_disconnected`.
    pub fn disconnected<F, Running>(&mut self, filter: F)
    where
        F: Fn(LifetimeContext, Next<LifetimeContext, ()>) -> Running + Send + Sync + 'static,
        Running: Future<Output = Result<(), HubError>> + Send + 'static,
    {
        self.disconnected
            .push(Arc::new(move |event, next| Box::pin(filter(event, next))));
    }

    pub(super) fn has_invocation(&self) -> bool {
        !self.invocation.is_empty()
    }

    pub(super) fn see_unknown_methods(&self) -> bool {
        self.unknown_methods && self.has_invocation()
    }

    pub(super) fn around_call(&self) -> &[Filter<InvocationContext, Returned>] {
        &self.invocation
    }

    pub(super) fn around_connected(&self) -> &[Filter<LifetimeContext, ()>] {
        &self.connected
    }

    pub(super) fn around_disconnected(&self) -> &[Filter<LifetimeContext, ()>] {
        &self.disconnected
    }
}

impl fmt::Debug for Filters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Filters")
            .field("invocation", &self.invocation.len())
            .field("connected", &self.connected.len())
            .field("disconnected", &self.disconnected.len())
            .field("unknown_methods", &self.unknown_methods)
            .finish()
    }
}
