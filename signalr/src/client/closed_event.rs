use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex};

use futures_util::future::{FutureExt, join_all};

use super::handlers::{IntoAnswer, Nothing};
use crate::connection::lock;
use crate::contract::AnswerFuture;
use crate::error::CloseReason;

/// Those who want to know that the connection has ended.
#[derive(Default)]
pub(super) struct ClosedEvent(Mutex<Vec<Arc<dyn Listener>>>);

trait Listener: Send + Sync {
    fn call(self: Arc<Self>, reason: CloseReason) -> AnswerFuture;
}

struct Typed<F, When> {
    listener: F,
    when: std::marker::PhantomData<fn() -> When>,
}

impl<F, Output, When> Listener for Typed<F, When>
where
    F: Fn(CloseReason) -> Output + Send + Sync + 'static,
    Output: IntoAnswer<Nothing, When>,
    When: 'static,
{
    fn call(self: Arc<Self>, reason: CloseReason) -> AnswerFuture {
        Box::pin(async move { (self.listener)(reason).into_answer().await })
    }
}

impl ClosedEvent {
    pub(super) fn add<F, Output, When>(&self, listener: F)
    where
        F: Fn(CloseReason) -> Output + Send + Sync + 'static,
        Output: IntoAnswer<Nothing, When>,
        When: 'static,
    {
        let when = std::marker::PhantomData;
        lock(&self.0).push(Arc::new(Typed { listener, when }));
    }

    /// Tells all, and waits until each has done what it does about it.
    pub(super) async fn tell(&self, reason: &CloseReason) {
        let listeners = lock(&self.0).clone();
        let told = listeners
            .into_iter()
            .map(|listener| AssertUnwindSafe(listener.call(reason.clone())).catch_unwind());
        for outcome in join_all(told).await {
            if outcome.is_err() {
                tracing::error!("a listener for the connection's end panicked");
            }
        }
    }
}
