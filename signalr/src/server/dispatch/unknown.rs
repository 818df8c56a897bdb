use std::sync::Arc;

use super::{Answer, BoundCall, CallState};
use crate::error::HubError;
use crate::server::filter::{InvocationContext, Next};
use crate::server::runtime::HubRuntime;
use crate::server::services::ServiceScope;

/// A call of a method that the hub does not have, on its way through the filters: where they would
/// meet the method they find the error that the client is answered with otherwise.
pub(in crate::server) fn unknown(
    hub: Arc<dyn HubRuntime>,
    state: Arc<CallState>,
    scope: ServiceScope,
) -> BoundCall {
    Box::pin(async move {
        let context = InvocationContext::new(
            hub.name(),
            Arc::clone(&state),
            Arc::clone(hub.lifetime()),
            Arc::new(scope),
            Box::new(()),
        );
        let filters = hub.options().filters.around_call();
        let next = Next::new(filters, |_| {
            Box::pin(std::future::ready(Err(does_not_exist())))
        });
        match next.run(context).await {
            Ok(returned) => state.answer(returned).await?,
            Err(error) => state.fail_before(&error).await,
        }
        Ok(Answer::sent())
    })
}

fn does_not_exist() -> HubError {
    HubError::visible("Method does not exist.")
}
