use std::future::poll_fn;
use std::mem;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use super::{Filter, FilterFuture, InvocationContext, Next, Returned};
use crate::connection::lock;
use crate::error::HubError;
use crate::server::dispatch::{Answer, BoundCall, CallFailure};

/// One call inside its filters.
///
/// The filters are one future, the method is another: the filters reach the method, its outcome
/// goes back into the filters, and what comes out of them is the answer. So a method's future may
/// borrow from its own call, which no filter could name.
///
/// [`drive`](Self::drive) polls both after each change. But a filter may wait for `next` in a task
/// of its own, or not at all; so each side wakes the other where that is no part of it.
#[derive(Default)]
pub(in crate::server) struct FilterRun(Mutex<State>);

#[derive(Default)]
struct State {
    stage: Stage,
    /// The method has returned, and waits for what the filters make of it.
    left: bool,
    /// The filters have dropped `next` while it waited for the method.
    abandoned: bool,
    /// The filters have ended.
    over: bool,
    driver: Option<Waker>,
    next: Option<Waker>,
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
        let begun = next.run(context);
        self.set(Stage::Begun(begun));
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
        lock(&self.0).left = true;
        self.end(outcome);
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
        let mut context = Some(context);
        let mut waiting = Waiting {
            run: &self,
            is_over: false,
        };
        let outcome = poll_fn(|cx| waiting.run.poll_through(cx, &mut context)).await;
        waiting.is_over = true;
        outcome
    }

    fn poll_through(
        &self,
        cx: &mut Context<'_>,
        context: &mut Option<InvocationContext>,
    ) -> Poll<Result<Returned, HubError>> {
        let mut state = lock(&self.0);
        if state.over {
            return Poll::Ready(Err(HubError::framework(
                "OperationCanceledException",
                "the filter has ended before the call that it let through",
            )));
        }
        if let Some(context) = context.take() {
            state.stage = Stage::Through(context);
        } else if let Stage::Ended(_) = &state.stage
            && let Stage::Ended(outcome) = mem::take(&mut state.stage)
        {
            return Poll::Ready(outcome);
        }
        state.next = Some(cx.waker().clone());
        let driver = state.driver.clone();
        let driver = driver.filter(|_| !state.is_driver(cx.waker()));
        drop(state);
        driver.inspect(Waker::wake_by_ref);
        Poll::Pending
    }

    /// Runs a method beside its filters.
    pub(in crate::server) async fn drive(
        self: &Arc<Self>,
        method: BoundCall,
    ) -> Result<Driven, CallFailure> {
        let _closing = Closing(self);
        let mut method = Some(method);
        let mut filters: Option<FilterFuture<Returned>> = None;
        poll_fn(|cx| {
            self.driven_by(cx);
            loop {
                if lock(&self.0).abandoned {
                    method = None;
                }
                if let Some(running) = &mut method
                    && let Poll::Ready(outcome) = running.as_mut().poll(cx)
                {
                    match outcome {
                        Err(CallFailure::Method(error)) if filters.is_some() => {
                            method = None;
                            self.end(Err(error));
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
                    if !self.filters_over() || method.is_none() {
                        // The method has failed, or the filters did not wait for it.
                        let outcome = outcome.map(Driven::Filters);
                        return Poll::Ready(outcome.map_err(CallFailure::Method));
                    }
                    self.set(Stage::Over(outcome));
                } else if !self.is_changed(method.is_some()) {
                    return Poll::Pending;
                }
            }
        })
        .await
    }

    fn driven_by(&self, cx: &Context<'_>) {
        let mut state = lock(&self.0);
        if !state.is_driver(cx.waker()) {
            state.driver = Some(cx.waker().clone());
        }
    }

    fn begun(&self) -> Option<FilterFuture<Returned>> {
        let mut state = lock(&self.0);
        match mem::take(&mut state.stage) {
            Stage::Begun(filters) => Some(filters),
            other => {
                state.stage = other;
                None
            }
        }
    }

    /// The method has ended.
    fn end(&self, outcome: Result<Returned, HubError>) {
        self.set(Stage::Ended(outcome));
        self.wake_next();
    }

    /// The filters have ended; whether the method waits for what they made of its outcome.
    fn filters_over(&self) -> bool {
        let mut state = lock(&self.0);
        state.over = true;
        let left = state.left;
        drop(state);
        self.wake_next();
        left
    }

    fn set(&self, stage: Stage) {
        let mut state = lock(&self.0);
        let before = mem::replace(&mut state.stage, stage);
        // What is dropped may be the application's.
        drop(state);
        drop(before);
    }

    /// Wakes whoever waits for `next`, unless that is the driver.
    fn wake_next(&self) {
        let mut state = lock(&self.0);
        let next = state.next.take().filter(|next| !state.is_driver(next));
        drop(state);
        next.inspect(Waker::wake_by_ref);
    }

    /// Whether there is something to do for the method after the filters were polled.
    fn is_changed(&self, has_method: bool) -> bool {
        let state = lock(&self.0);
        has_method && (state.abandoned || matches!(state.stage, Stage::Through(_)))
    }

    /// Takes what is wanted if it is there. No waker is kept: only the driver polls this.
    fn take<T>(&self, wanted: impl FnOnce(Stage) -> Result<T, Stage>) -> Poll<T> {
        let mut state = lock(&self.0);
        match wanted(mem::take(&mut state.stage)) {
            Ok(taken) => Poll::Ready(taken),
            Err(other) => {
                state.stage = other;
                Poll::Pending
            }
        }
    }
}

impl State {
    fn is_driver(&self, waker: &Waker) -> bool {
        self.driver.as_ref().is_some_and(|it| it.will_wake(waker))
    }
}

/// A `next` that waits for the method.
struct Waiting<'a> {
    run: &'a FilterRun,
    is_over: bool,
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        if self.is_over {
            return;
        }
        let mut state = lock(&self.run.0);
        state.abandoned |= !state.over;
        let driver = state.driver.clone();
        drop(state);
        driver.inspect(Waker::wake_by_ref);
    }
}

/// However a call ends, nobody goes on waiting for it.
struct Closing<'a>(&'a FilterRun);

impl Drop for Closing<'_> {
    fn drop(&mut self) {
        self.0.filters_over();
        self.0.set(Stage::Empty);
    }
}
