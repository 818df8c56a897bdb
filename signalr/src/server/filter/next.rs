use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use crate::error::HubError;

/// What a filter waits for.
pub type FilterFuture<T> = Pin<Box<dyn Future<Output = Result<T, HubError>> + Send>>;

pub(in crate::server) type Filter<C, T> =
    Arc<dyn Fn(C, Next<C, T>) -> FilterFuture<T> + Send + Sync>;

/// What a filter surrounds: the other filters inside it, and at last the hub.
pub struct Next<C, T> {
    /// Those that are still to come, the innermost first.
    inner: Vec<Filter<C, T>>,
    hub: Box<dyn FnOnce(C) -> FilterFuture<T> + Send>,
}

impl<C, T> Next<C, T> {
    /// All of `filters`, the outermost first, around `hub`.
    pub(in crate::server) fn new(
        filters: &[Filter<C, T>],
        hub: impl FnOnce(C) -> FilterFuture<T> + Send + 'static,
    ) -> Self {
        Self {
            inner: filters.iter().rev().cloned().collect(),
            hub: Box::new(hub),
        }
    }

    /// Goes on. Nothing happens before the future is polled; dropping it gives up what it runs.
    #[must_use = "nothing happens before the future is awaited"]
    pub fn run(mut self, context: C) -> FilterFuture<T> {
        match self.inner.pop() {
            Some(filter) => filter(context, self),
            None => (self.hub)(context),
        }
    }
}

impl<C, T> fmt::Debug for Next<C, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Next")
            .field("filters", &self.inner.len())
            .finish_non_exhaustive()
    }
}
