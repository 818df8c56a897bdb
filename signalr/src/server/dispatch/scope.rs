use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::{Arc, OnceLock};
use std::task::Poll;
use std::time::Duration;

use futures_core::Stream;

use super::failure::unencodable;
use super::gate::Gate;
use super::{Answer, CallFailure, CallState};
use crate::__private::HubResult;
use crate::error::HubError;
use crate::protocol::{Argument, Outcome};
use crate::server::HubOptions;
use crate::server::filter::{FilterRun, Returned};
use crate::server::runtime::HubRuntime;
use crate::server::services::ServiceScope;
use crate::server::shared::Shared;

/// How many items of a stream are sent before its connection looks at something else.
const ITEMS_AT_ONCE: usize = 64;

/// How long a cancelled stream that knows its token may take to its end.
const GRACE: Duration = Duration::from_secs(5);

/// What one call has to itself, apart from the hub's type.
pub(super) struct CallScope {
    state: Shared<CallState>,
    /// Made when it is first asked for: most methods take no service.
    services: OnceLock<Shared<ServiceScope>>,
    filters: Option<Shared<FilterRun>>,
}

impl CallScope {
    pub(super) fn new(options: &HubOptions, state: Shared<CallState>) -> Self {
        let filters = &options.filters;
        Self {
            state,
            services: OnceLock::new(),
            filters: filters
                .has_invocation()
                .then(|| Arc::<FilterRun>::default().into()),
        }
    }

    pub(super) fn state(&self) -> &CallState {
        &self.state
    }

    pub(super) fn services(&self, hub: &dyn HubRuntime) -> &Shared<ServiceScope> {
        self.services
            .get_or_init(|| Arc::new(hub.base().scope()).into())
    }

    /// What stands between binding and the method, if anything does.
    pub(super) fn gate(&self, hub: &Arc<dyn HubRuntime>) -> Option<Gate> {
        if self.filters.is_none() && self.state.authorize().is_empty() {
            return None;
        }
        Some(Gate {
            hub: Arc::clone(hub),
            state: self.state.arc(),
            scope: self.services(&**hub).arc(),
            filters: self.filters.as_ref().map(Shared::arc),
        })
    }

    /// Answers with a value.
    pub(super) fn value<R: HubResult>(&self, value: R) -> Result<Answer, CallFailure> {
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
    pub(super) async fn drive<S, T>(
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
