use std::any::Any;
use std::sync::Arc;

use tracing::Instrument;

use super::{Answer, BoundCall, CallFailure, CallState};
use crate::error::HubError;
use crate::server::authorize::Verdict;
use crate::server::filter::{Driven, FilterRun, InvocationContext};
use crate::server::runtime::HubRuntime;
use crate::server::services::ServiceScope;

/// Arguments on their way through what does not know their types.
pub(super) type Arguments = Box<dyn Any + Send>;

/// Starts a method; gives nothing where the arguments have other types than it takes.
pub(super) type Start = Box<dyn FnOnce(Arguments) -> Option<BoundCall> + Send>;

/// What stands between binding and the method: the check of rights, then the filters. It knows no
/// hub, so it is compiled once.
pub(super) struct Gate {
    pub(super) hub: Arc<dyn HubRuntime>,
    pub(super) state: Arc<CallState>,
    pub(super) scope: Arc<ServiceScope>,
    pub(super) filters: Option<Arc<FilterRun>>,
}

impl Gate {
    /// The call with its gate before it.
    pub(super) fn before(self, arguments: Arguments, start: Start) -> BoundCall {
        let Some(run) = self.filters.clone() else {
            return Box::pin(self.pass(arguments, start));
        };
        let state = Arc::clone(&self.state);
        let method = Box::pin(self.pass(arguments, start));
        Box::pin(async move {
            match run.drive(method).await? {
                Driven::Method(answer) => Ok(answer),
                Driven::Filters(returned) => {
                    state.answer(returned).await?;
                    Ok(Answer::sent())
                }
            }
        })
    }

    async fn pass(self, arguments: Arguments, start: Start) -> Result<Answer, CallFailure> {
        let arguments = self.enter(arguments).await?;
        let Some(method) = start(arguments) else {
            return Err(CallFailure::Method(HubError::framework(
                "InvalidCastException",
                "a filter has changed the types of the arguments",
            )));
        };
        let answer = if self.state.authorize().is_empty() {
            method.await?
        } else {
            method.instrument(self.state.begin_span().clone()).await?
        };
        match &self.filters {
            Some(run) => answer.leave(run, &self.state).await,
            None => Ok(answer),
        }
    }

    /// Gives back the arguments, perhaps changed.
    async fn enter(&self, arguments: Arguments) -> Result<Arguments, CallFailure> {
        if !self.state.authorize().is_empty() {
            match self
                .hub
                .base()
                .allow(&self.state, &*arguments)
                .verdict()
                .await
            {
                Verdict::Allowed => {
                    self.state.begin_span();
                }
                Verdict::Anonymous | Verdict::Forbidden => return Err(CallFailure::Unauthorized),
            }
        }
        let Some(run) = &self.filters else {
            return Ok(arguments);
        };
        let context = InvocationContext::new(
            self.hub.name(),
            Arc::clone(&self.state),
            Arc::clone(self.hub.lifetime()),
            Arc::clone(&self.scope),
            arguments,
        );
        let filters = self.hub.options().filters.around_call();
        Ok(run.enter(filters, context).await.into_arguments())
    }
}
