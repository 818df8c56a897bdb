use std::future::poll_fn;
use std::mem;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::task::Poll;

use super::{Filter, FilterFuture, InvocationContext, Next, Returned};
use crate::connection::lock;
use crate::error::HubError;
use crate::server::dispatch::{Answer, BoundCall, CallFailure};

/// One call inside its filters.
///
/// The filters are one future, the method is another: the filters reach the method, its outcome
/// goes back into the filters, and what comes out of them is the answer. So a method's future may
/// borrow from its own call, which no filter could name.
#[derive(Default)]
pub(in crate::server) struct FilterRun {
    stage: Mutex<Stage>,
    /// The method has returned, and waits for what the filters make of it.
    left: AtomicBool,
}

#[derive(Default)]
enum Stage {
    /// Nothing has begun, or the other side has taken what was here.
    #[default]
    Empty,
    /// The call is to go through the filters.
    Begun(FilterFuture<Returned>),
    /// The innermost filter has let the call through.
    Through(InvocationContext),
    /// The method has ended.
    Ended(Result<Returned, HubError>),
    /// The filters have ended.
    Over(Result<Returned, HubError>),
}

/// Who ended a call.
pub(in crate::server) enum Driven {
    Method(Answer),
    /// The filters answer without the method.
    Filters(Returned),
}

impl FilterRun {
    /// Sends a call through filters; resolves to what reaches the method.
    pub(in crate::server) async fn enter(
        self: &Arc<Self>,
        filters: &[Filter<InvocationContext, Returned>],
        context: InvocationContext,
    ) -> InvocationContext {
        let run = Arc::clone(self);
        let next = Next::new(filters, move |context| Box::pin(run.through(context)));
        *lock(&self.stage) = Stage::Begun(next.run(context));
        poll_fn(|_| {
            self.take(|stage| match stage {
                Stage::Through(context) => Ok(context),
                other => Err(other),
            })
        })
        .await
    }

    /// Gives the filters what the method returned; resolves to what they make of it.
    pub(in crate::server) async fn leave(
        &self,
        outcome: Result<Returned, HubError>,
    ) -> Result<Returned, HubError> {
        self.left.store(true, Ordering::Relaxed);
        *lock(&self.stage) = Stage::Ended(outcome);
        poll_fn(|_| {
            self.take(|stage| match stage {
                Stage::Over(outcome) => Ok(outcome),
                other => Err(other),
            })
        })
        .await
    }

    /// The innermost `next`: hands the call to the method and waits for its outcome.
    async fn through(self: Arc<Self>, context: InvocationContext) -> Result<Returned, HubError> {
        *lock(&self.stage) = Stage::Through(context);
        poll_fn(|_| {
            self.take(|stage| match stage {
                Stage::Ended(outcome) => Ok(outcome),
                other => Err(other),
            })
        })
        .await
    }

    /// Runs a method beside its filters.
    pub(in crate::server) async fn drive(
        self: &Arc<Self>,
        mut method: BoundCall,
    ) -> Result<Driven, CallFailure> {
        let mut filters: Option<FilterFuture<Returned>> = None;
        let mut failed = false;
        poll_fn(|cx| {
            loop {
                if !failed && let Poll::Ready(outcome) = method.as_mut().poll(cx) {
                    match outcome {
                        Err(CallFailure::Method(error)) if filters.is_some() => {
                            failed = true;
                            *lock(&self.stage) = Stage::Ended(Err(error));
                        }
                        outcome => return Poll::Ready(outcome.map(Driven::Method)),
                    }
                }
                if let Some(begun) = self.begun() {
                    filters = Some(begun);
                }
                let Some(running) = &mut filters else {
                    return Poll::Pending;
                };
                if let Poll::Ready(outcome) = running.as_mut().poll(cx) {
                    filters = None;
                    if failed || !self.left.load(Ordering::Relaxed) {
                        // The method has failed, or the filters did not wait for it.
                        let outcome = outcome.map(Driven::Filters);
                        return Poll::Ready(outcome.map_err(CallFailure::Method));
                    }
                    *lock(&self.stage) = Stage::Over(outcome);
                } else if !self.is_through() {
                    return Poll::Pending;
                }
            }
        })
        .await
    }

    fn begun(&self) -> Option<FilterFuture<Returned>> {
        let mut stage = lock(&self.stage);
        match mem::take(&mut *stage) {
            Stage::Begun(filters) => Some(filters),
            other => {
                *stage = other;
                None
            }
        }
    }

    fn is_through(&self) -> bool {
        matches!(&*lock(&self.stage), Stage::Through(_))
    }

    /// Takes what is wanted if it is there. No waker is kept: [`drive`](Self::drive) polls both
    /// sides after each change.
    fn take<T>(&self, wanted: impl FnOnce(Stage) -> Result<T, Stage>) -> Poll<T> {
        let mut stage = lock(&self.stage);
        match wanted(mem::take(&mut *stage)) {
            Ok(taken) => Poll::Ready(taken),
            Err(other) => {
                *stage = other;
                Poll::Pending
            }
        }
    }
}
