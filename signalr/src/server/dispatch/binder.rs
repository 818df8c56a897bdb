use std::borrow::Cow;
use std::fmt;
use std::future::Future;
use std::sync::Arc;

use serde::de::DeserializeOwned;

use super::upload::upload;
use super::{BoundCall, Call, CallFailure, CallState, UploadStream, Uploads};
use crate::protocol::{ArgumentReader, RawArguments};
use crate::server::Hub;
use crate::server::core::HubCore;

/// Turns one call on the wire into typed values.
pub struct Binder<'a, H: Hub> {
    pub(in crate::server) core: &'a Arc<HubCore<H>>,
    pub(in crate::server) state: Arc<CallState>,
    pub(in crate::server) arguments: &'a RawArguments<'a>,
    pub(in crate::server) stream_ids: std::slice::Iter<'a, Cow<'a, str>>,
    /// `None` where the call will be refused once it is bound.
    pub(in crate::server) uploads: Option<&'a mut Uploads>,
}

impl<'a, H: Hub> Binder<'a, H> {
    /// The wire arguments, of which the method expects so many.
    #[must_use]
    pub fn arguments(&self, expected: usize) -> ArgumentReader<'a> {
        self.arguments.reader(expected)
    }

    /// The next upload stream.
    pub fn upload<T: DeserializeOwned + Send + 'static>(&mut self) -> UploadStream<T> {
        let (sink, stream) = upload(self.core.options().stream_buffer_capacity);
        if let (Some(uploads), Some(id)) = (&mut self.uploads, self.stream_ids.next()) {
            uploads.insert(id, Arc::clone(&self.state), sink);
        }
        stream
    }

    /// The call, ready to start.
    #[must_use]
    pub fn call<F, Running>(self, start: F) -> BoundCall
    where
        F: FnOnce(Call<H>) -> Running + Send + 'static,
        Running: Future<Output = Result<(), CallFailure>> + Send + 'static,
    {
        let state = self.state;
        let call = Call::new(Arc::clone(self.core), Arc::clone(&state));
        Box::pin(async move {
            let outcome = match call.filters() {
                None => start(call).await,
                Some(run) => match run.drive(start(call)).await {
                    Ok(Some(returned)) => state.answer(returned).await,
                    outcome => outcome.map(drop),
                },
            };
            if let Err(failure) = outcome {
                failure.answer(&state).await;
            }
        })
    }
}

impl<H: Hub> fmt::Debug for Binder<'_, H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Binder")
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}
