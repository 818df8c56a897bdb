use std::sync::Arc;

use super::{Answer, BoundCall, CallState, Method};
use crate::error::HubError;
use crate::protocol::Invocation;

/// Why a call that binds is refused all the same: the text of its answer.
pub(super) fn fault(method: &Method, invocation: &Invocation<'_>) -> Option<String> {
    let Method {
        name,
        uploads,
        streaming,
        ..
    } = *method;
    let sent = invocation.stream_ids.len();
    match (streaming, invocation.streaming) {
        (true, false) => Some(format!(
            "The client attempted to invoke the streaming '{name}' method with a non-streaming invocation."
        )),
        (false, true) => Some(format!(
            "The client attempted to invoke the non-streaming '{name}' method with a streaming invocation."
        )),
        _ if sent != uploads => Some(
            HubError::visible(format!(
                "Client sent {sent} stream(s), Hub method expects {uploads}."
            ))
            .describe(
                &format!("An unexpected error occurred invoking '{name}' on the server."),
                false,
            ),
        ),
        _ => None,
    }
}

/// A call that answers so and does nothing else.
pub(super) fn refuse(state: Arc<CallState>, text: String) -> BoundCall {
    Box::pin(async move {
        tracing::debug!(method = state.method(), %text, "call refused");
        state.fail_with(&text).await;
        Ok(Answer::sent())
    })
}
