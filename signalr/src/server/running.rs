use std::any::Any;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use tracing::Span;

use super::dispatch::{Answer, BoundCall, CallState};
use super::runtime::Ready;
use crate::error::HubError;

/// A call that has begun. A panic in it is answered as a hidden error.
pub(super) struct Running {
    call: BoundCall,
    state: Arc<CallState>,
}

impl Running {
    pub(super) fn new(ready: Ready) -> Self {
        Self {
            call: ready.call,
            state: ready.state,
        }
    }

    pub(super) fn state(&self) -> &Arc<CallState> {
        &self.state
    }
}

impl Future for Running {
    /// The call that has ended.
    type Output = Arc<CallState>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Arc<CallState>> {
        let Self { call, state } = &mut *self;
        let _entered = state.span().map(Span::enter);
        loop {
            // Nothing is used after a panic but the state, which no method can touch.
            match catch_unwind(AssertUnwindSafe(|| call.as_mut().poll(cx))) {
                Ok(Poll::Ready(Ok(answer))) => {
                    let Some(message) = answer.waiting() else {
                        return Poll::Ready(Arc::clone(state));
                    };
                    let state = Arc::clone(state);
                    *call = Box::pin(async move {
                        state.push(&message).await;
                        Ok(Answer::sent())
                    });
                }
                Ok(Poll::Ready(Err(failure))) => {
                    let state = Arc::clone(state);
                    *call = Box::pin(async move {
                        failure.answer(&state).await;
                        Ok(Answer::sent())
                    });
                }
                Ok(Poll::Pending) => return Poll::Pending,
                Err(panic) => {
                    let state = Arc::clone(state);
                    *call = Box::pin(async move {
                        state.fail(&panicked(&*panic)).await;
                        Ok(Answer::sent())
                    });
                }
            }
        }
    }
}

/// A panic as an error of its method.
pub(super) fn panicked(panic: &(dyn Any + Send)) -> HubError {
    let text = panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no text");
    HubError::framework("Panic", format!("a hub method panicked: {text}"))
}
