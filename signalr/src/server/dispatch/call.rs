use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::{Arc, OnceLock};
use std::task::Poll;
use std::time::Duration;

use futures_core::Stream;
use tokio_util::sync::CancellationToken;

use super::gate::Gate;
use super::{Answer, CallState};
use crate::__private::{HubResult, IntoHubError};
use crate::error::HubError;
use crate::protocol::{Argument, Outcome};
use crate::server::core::HubCore;
use crate::server::filter::{FilterRun, Returned};
use crate::server::runtime::HubRuntime;
use crate::server::services::ServiceScope;
use crate::server::{CallerContext, Hub};

/// How many items of a stream are sent before its connection looks at something else.
const ITEMS_AT_ONCE: usize = 64;

/// How long a cancelled stream that knows its token may take to its end.
const GRACE: Duration = Duration::from_secs(5);

/// One call of a hub method while it runs.
pub struct Call<H: Hub> {
    context: CallerContext<H>,
    state: Arc<CallState>,
    /// Made when it is first asked for: most methods take no service.
    scope: OnceLock<Arc<ServiceScope>>,
    filters: Option<Arc<FilterRun>>,
}

/// Why a call was answered with an error, or not at all.
#[derive(Debug)]
pub enum CallFailure {
    /// The method failed.
    Method(HubError),
    /// The stream failed after it began.
    Stream(HubError),
    /// The caller may not.
    Unauthorized,
}

impl CallFailure {
    pub(in crate::server) async fn answer(self, state: &CallState) {
        match self {
            Self::Method(error) => state.fail(&error).await,
            Self::Stream(error) => state.fail_stream(&error).await,
            Self::Unauthorized => {
                tracing::debug!(method = state.method(), "caller is not authorized");
                state
                    .fail_with(&format!(
                        "Failed to invoke '{}' because user is unauthorized",
                        state.method()
                    ))
                    .await;
            }
        }
    }
}

impl From<HubError> for CallFailure {
    fn from(error: HubError) -> Self {
        Self::Method(error)
    }
}

pub(super) fn unencodable(error: crate::protocol::EncodeError) -> HubError {
    HubError::hidden(error).with_kind("JsonException")
}

impl<H: Hub> Call<H> {
    pub(super) fn new(core: Arc<HubCore<H>>, state: Arc<CallState>) -> Self {
        Self {
            scope: OnceLock::new(),
            filters: core.options().filters.has_invocation().then(Arc::default),
            context: CallerContext::of_call(core, Arc::clone(&state)),
            state,
        }
    }

    /// What stands between binding and the method, if anything does.
    pub(super) fn gate(&self) -> Option<Gate> {
        if self.filters.is_none() && self.state.authorize().is_empty() {
            return None;
        }
        Some(Gate {
            hub: Arc::clone(self.context.core()) as Arc<dyn HubRuntime>,
            state: Arc::clone(&self.state),
            scope: Arc::clone(self.scope()),
            filters: self.filters.clone(),
        })
    }

    fn scope(&self) -> &Arc<ServiceScope> {
        self.scope
            .get_or_init(|| Arc::new(self.context.core().scope()))
    }

    /// The hub.
    #[must_use]
    pub fn hub(&self) -> &H {
        self.context.core().instance()
    }

    /// The caller.
    #[must_use]
    pub fn context(&self) -> &CallerContext<H> {
        &self.context
    }

    /// Fires when the client cancels the call or the connection ends.
    #[must_use]
    pub fn token(&self) -> CancellationToken {
        self.state.take_token()
    }

    /// A service of this call.
    ///
    /// # Errors
    /// It could not be made.
    pub fn service<T: ?Sized + Send + Sync + 'static>(
        &self,
        key: Option<&'static str>,
    ) -> Result<Arc<T>, CallFailure> {
        self.scope()
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
        if self.filters.is_some() {
            return Ok(Answer::returned(Returned::new(value)));
        }
        self.written(&value)
    }

    fn written(&self, value: &dyn Argument) -> Result<Answer, CallFailure> {
        match self.state.complete(Outcome::Result(value)) {
            Ok(sending) => Ok(Answer::written(sending.waiting())),
            Err(error) => Err(CallFailure::Method(unencodable(error))),
        }
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
        self.drive(stream, Ok).await
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
        self.drive(stream, |item| item.map_err(IntoHubError::into_hub_error))
            .await
    }

    async fn drive<S, T>(
        &self,
        stream: S,
        check: impl Fn(S::Item) -> Result<T, HubError>,
    ) -> Result<Answer, CallFailure>
    where
        S: Stream + Send,
        T: HubResult,
    {
        if let Some(run) = &self.filters {
            let returned = run
                .leave(Ok(Returned::stream()))
                .await
                .map_err(CallFailure::Method)?;
            if !returned.is_stream() {
                self.state.answer(returned).await?;
                return Ok(Answer::sent());
            }
        }
        let mut stream = pin!(stream);
        let mut cancelled = pin!(self.state.token().cancelled());
        let mut grace = None;
        let mut sent = 0;
        loop {
            let next = poll_fn(|cx| {
                if grace.is_none() && cancelled.as_mut().poll(cx).is_ready() {
                    if !self.state.token_is_taken() {
                        return Poll::Ready(None);
                    }
                    grace = Some(Box::pin(tokio::time::sleep(GRACE)));
                }
                if let Some(grace) = &mut grace {
                    // It may finish its work, but nothing more of it is sent.
                    let over = grace.as_mut().poll(cx).is_ready();
                    return match stream.as_mut().poll_next(cx) {
                        Poll::Pending if !over => Poll::Pending,
                        _ => Poll::Ready(None),
                    };
                }
                if sent == ITEMS_AT_ONCE {
                    sent = 0;
                    self.state.connection().end_turn();
                    cx.waker().wake_by_ref();
                    return Poll::Pending;
                }
                stream.as_mut().poll_next(cx)
            });
            let Some(item) = next.await else {
                break;
            };
            sent += 1;
            let sending = {
                let item = check(item).map_err(CallFailure::Stream)?;
                self.state.item(&item)
            };
            sending
                .map_err(|error| CallFailure::Stream(unencodable(error)))?
                .finish()
                .await;
        }
        // A completion without a value can always be written.
        if let Ok(sending) = self.state.complete(Outcome::Void) {
            sending.finish().await;
        }
        Ok(Answer::sent())
    }
}

impl<H: Hub> fmt::Debug for Call<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}
