use std::fmt;
use std::sync::Arc;

use futures_core::Stream;
use tokio_util::sync::CancellationToken;

use super::gate::Gate;
use super::{Answer, CallFailure, CallScope, RawCall};
use crate::__private::{HubResult, IntoHubError};
use crate::server::caller::Caller;
use crate::server::core::HubCore;
use crate::server::shared::Shared;
use crate::server::{CallerContext, Hub};

/// One call of a hub method while it runs.
pub struct Call<H: Hub> {
    core: Shared<HubCore<H>>,
    context: CallerContext<H>,
    scope: CallScope,
}

impl<H: Hub> Call<H> {
    /// A call, and what stands between binding and the method, if anything does.
    pub(super) fn new(core: Shared<HubCore<H>>, raw: RawCall<'_>) -> (Self, Option<Gate>) {
        let state = Shared::from(raw.state);
        let scope = CallScope::new(raw.hub.options(), state.clone());
        let gate = scope.gate(raw.hub);
        let call = Self {
            core,
            context: CallerContext::new(Caller::of_call(raw.hub, state)),
            scope,
        };
        (call, gate)
    }

    /// The hub.
    #[must_use]
    pub fn hub(&self) -> &H {
        self.core.instance()
    }

    /// The caller.
    #[must_use]
    pub fn context(&self) -> &CallerContext<H> {
        &self.context
    }

    /// Fires when the client cancels the call or the connection ends.
    #[must_use]
    pub fn token(&self) -> CancellationToken {
        self.scope.state().take_token()
    }

    /// A service of this call.
    ///
    /// # Errors
    /// It could not be made.
    pub fn service<T: ?Sized + Send + Sync + 'static>(
        &self,
        key: Option<&'static str>,
    ) -> Result<Arc<T>, CallFailure> {
        self.scope
            .services(&*self.context.caller().hub)
            .find(key)
            .map_err(|error| CallFailure::Method(error.into()))
    }

    /// The value of a method that may fail.
    ///
    /// # Errors
    /// It failed.
    pub fn ok<T, E: IntoHubError>(&self, result: Result<T, E>) -> Result<T, CallFailure> {
        result.map_err(|error| CallFailure::Method(error.into_hub_error()))
    }

    /// Answers with a value.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn value<R: HubResult>(&self, value: R) -> Result<Answer, CallFailure> {
        self.scope.value(value)
    }

    /// Answers with the items of a stream.
    ///
    /// # Errors
    /// An item cannot be written.
    pub async fn stream<S>(&self, stream: S) -> Result<Answer, CallFailure>
    where
        S: Stream + Send,
        S::Item: HubResult,
    {
        self.scope.drive(stream, Ok).await
    }

    /// Answers with the items of a stream that may fail.
    ///
    /// # Errors
    /// It failed, or an item cannot be written.
    pub async fn try_stream<S, T, E>(&self, stream: S) -> Result<Answer, CallFailure>
    where
        S: Stream<Item = Result<T, E>> + Send,
        T: HubResult,
        E: IntoHubError,
    {
        self.scope
            .drive(stream, |item| item.map_err(IntoHubError::into_hub_error))
            .await
    }
}

impl<H: Hub> fmt::Debug for Call<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("state", self.scope.state())
            .finish_non_exhaustive()
    }
}
