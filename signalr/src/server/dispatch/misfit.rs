use std::sync::Arc;

use super::{Answer, BoundCall, CallState};
use crate::error::HubError;
use crate::protocol::Invocation;

/// Why a call that binds is refused all the same: the text of its answer.
pub(in crate::server) fn fault(
    name: &'static str,
    streaming: bool,
    uploads: usize,
    invocation: &Invocation<'_>,
) -> Option<String> {
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
pub(in crate::server) fn refuse(state: Arc<CallState>, text: String) -> BoundCall {
    Box::pin(async move {
        tracing::debug!(method = state.method(), %text, "call refused");
        state.fail_with(&text).await;
        Ok(Answer::sent())
    })
}
