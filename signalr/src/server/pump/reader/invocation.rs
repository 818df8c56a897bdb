use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_util::stream::FuturesUnordered;

use super::{Blocked, Reader, Step};
use crate::protocol::{HubProtocol, Invocation, Outcome};
use crate::server::connection::Connection;
use crate::server::dispatch::{Bound, bind};
use crate::server::metrics;
use crate::server::running::{Running, panicked};
use crate::server::runtime::{HubRuntime, Ready};

impl Reader {
    /// Binds a call's arguments and starts it, if a permit is free.
    pub(super) fn invocation(
        &mut self,
        cx: &mut Context<'_>,
        invocation: &Invocation<'_>,
        hub: &Arc<dyn HubRuntime>,
        connection: &Arc<Connection>,
        running: &mut FuturesUnordered<Running>,
    ) -> Step {
        if invocation.streaming
            && let Some(id) = &invocation.invocation_id
            && self.streams.contains_key(&**id)
        {
            let text = format!("Invocation ID '{id}' is already in use.");
            refuse(connection, Some(id), &text);
            return Step::Next;
        }
        let id = invocation.invocation_id.as_deref();
        if running.len() >= self.maximum_active {
            let target = &invocation.target;
            tracing::warn!(%target, "refused a call: the client has too many under way");
            metrics::dropped("too_many_calls", 1);
            let text = format!(
                "Failed to invoke '{target}' due to an error on the server. HubException: More than {} calls are under way.",
                self.maximum_active
            );
            refuse(connection, id, &text);
            return Step::Next;
        }
        // The types of the arguments are the application's, and so is the code that reads them.
        let bound = catch_unwind(AssertUnwindSafe(|| {
            bind(hub, connection, invocation, &mut self.uploads)
        }));
        let bound = match bound {
            Ok(bound) => bound,
            Err(panic) => {
                let target = &invocation.target;
                let error = panicked(&*panic);
                tracing::error!(%target, %error, "reading the arguments failed");
                let base = format!("Failed to invoke '{target}' due to an error on the server.");
                refuse(connection, id, &error.describe(&base, self.detailed));
                return Step::Next;
            }
        };
        match bound {
            Bound::UnknownMethod => {
                let target = &invocation.target;
                tracing::debug!(%target, "unknown hub method");
                let text = format!(
                    "Failed to invoke '{target}' due to an error on the server. HubException: Method does not exist."
                );
                refuse(connection, id, &text);
                Step::Next
            }
            Bound::Unbound { method, error } => {
                tracing::debug!(method, %error, "arguments do not fit");
                let base = format!("Failed to invoke '{method}' due to an error on the server.");
                let text = if self.detailed {
                    format!("{base} {}: {error}", error.kind())
                } else {
                    base
                };
                refuse(connection, id, &text);
                Step::Next
            }
            Bound::Ready(ready) if ready.counts && !connection.take_permit() => {
                Step::Wait(Blocked::Call(ready))
            }
            Bound::Ready(ready) => {
                if ready.counts {
                    ready.state.permit_taken();
                }
                self.start(cx, ready, running);
                Step::Next
            }
        }
    }

    /// Runs a call to its first wait; most end there.
    pub(super) fn start(
        &mut self,
        cx: &mut Context<'_>,
        ready: Ready,
        running: &mut FuturesUnordered<Running>,
    ) {
        let mut call = Running::new(ready);
        match Pin::new(&mut call).poll(cx) {
            Poll::Ready(state) => self.call_ended(&state),
            Poll::Pending => {
                if let Some(id) = call.state().invocation_id() {
                    let active = if call.state().is_streaming() {
                        &mut self.streams
                    } else {
                        &mut self.calls
                    };
                    active.insert(id.into(), Arc::clone(call.state()));
                }
                running.push(call);
            }
        }
    }
}

/// Answers a call that does not begin. It need not wait for room, since nothing is read while the
/// queue is full.
fn refuse(connection: &Arc<Connection>, id: Option<&str>, text: &str) {
    let Some(id) = id else {
        return;
    };
    let protocol: HubProtocol = connection.protocol();
    let mut bytes = Vec::with_capacity(text.len() + 64);
    if protocol
        .write_completion(&mut bytes, id, Outcome::Error(text))
        .is_ok()
    {
        connection.outbound.push_now(&bytes);
    }
}
