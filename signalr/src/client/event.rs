use std::marker::PhantomData;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex};

use futures_util::future::FutureExt;

use super::handlers::{IntoAnswer, Nothing};
use crate::connection::lock;
use crate::contract::AnswerFuture;

/// Those who want to know of one kind of change in a connection's life.
pub(super) struct Event<T> {
    name: &'static str,
    listeners: Mutex<Vec<Arc<dyn Listener<T>>>>,
}

trait Listener<T>: Send + Sync {
    fn call(self: Arc<Self>, what: T) -> AnswerFuture;
}

struct Typed<F, When> {
    listener: F,
    when: PhantomData<fn() -> When>,
}

impl<T, F, Output, When> Listener<T> for Typed<F, When>
where
    T: Send + 'static,
    F: Fn(T) -> Output + Send + Sync + 'static,
    Output: IntoAnswer<Nothing, When>,
    When: 'static,
{
    fn call(self: Arc<Self>, what: T) -> AnswerFuture {
        Box::pin(async move { (self.listener)(what).into_answer().await })
    }
}

impl<T: Clone + Send + 'static> Event<T> {
    pub(super) fn new(name: &'static str) -> Self {
        Self {
            name,
            listeners: Mutex::default(),
        }
    }

    pub(super) fn add<F, Output, When>(&self, listener: F)
    where
        F: Fn(T) -> Output + Send + Sync + 'static,
        Output: IntoAnswer<Nothing, When>,
        When: 'static,
    {
        let when = PhantomData;
        lock(&self.listeners).push(Arc::new(Typed { listener, when }));
    }

    /// Tells all. What a listener does without waiting is done when this returns, so that each
    /// learns of the connection's changes in their order; the rest goes on by itself.
    pub(super) fn tell(&self, what: &T) {
        let listeners = lock(&self.listeners).clone();
        for listener in listeners {
            let name = self.name;
            let told = AssertUnwindSafe(listener.call(what.clone())).catch_unwind();
            let mut told = Box::pin(told.map(move |outcome| {
                if outcome.is_err() {
                    tracing::error!(event = name, "a listener panicked");
                }
            }));
            if told.as_mut().now_or_never().is_none() {
                tokio::spawn(told);
            }
        }
    }
}
