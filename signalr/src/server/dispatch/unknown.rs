use std::sync::Arc;

use super::{Answer, CallFailure, CallState};
use crate::error::HubError;
use crate::protocol::Invocation;
use crate::server::connection::Connection;
use crate::server::filter::{InvocationContext, Next};
use crate::server::runtime::{HubRuntime, Ready};
use crate::server::spans::Traced;

/// A call of a method that the hub does not have, on its way through the filters: where they would
/// meet the method they find the error that the client is answered with otherwise. `None` where no
/// filter wants to see it.
pub(super) fn unknown(
    hub: &Arc<dyn HubRuntime>,
    connection: &Arc<Connection>,
    invocation: &Invocation<'_>,
) -> Option<Ready> {
    let base = hub.base();
    if !base.options.filters.see_unknown_methods() {
        return None;
    }
    tracing::debug!(target = %invocation.target, "unknown hub method");
    let state = Arc::new(CallState::new(
        Arc::clone(connection),
        invocation.target.clone().into_owned().into(),
        invocation.streaming,
        &[],
        invocation.invocation_id.as_deref().map(Into::into),
        base.options.enable_detailed_errors,
        base.trace(Traced::Not),
    ));
    Some(Ready {
        call: Box::pin(through_filters(Arc::clone(hub), Arc::clone(&state))),
        state,
        // However it is called: filters take time, and this is what abuse looks like.
        counts: true,
    })
}

async fn through_filters(
    hub: Arc<dyn HubRuntime>,
    state: Arc<CallState>,
) -> Result<Answer, CallFailure> {
    let base = hub.base();
    let context = InvocationContext::new(
        base.name,
        Arc::clone(&state),
        Arc::clone(&base.lifetime),
        Arc::new(base.scope()),
        Box::new(()),
    );
    let filters = base.options.filters.around_call();
    let next = Next::new(filters, |_| {
        Box::pin(std::future::ready(Err(does_not_exist())))
    });
    match next.run(context).await {
        Ok(returned) => state.answer(returned).await?,
        Err(error) => state.fail_before(&error).await,
    }
    Ok(Answer::sent())
}

fn does_not_exist() -> HubError {
    HubError::visible("Method does not exist.")
}
