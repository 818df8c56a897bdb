use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use serde::de::DeserializeOwned;

use super::gate::Arguments;
use super::upload::upload;
use super::{BoundCall, Call, CallState, UploadStream, Uploads};
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

    /// The call, ready to start with these arguments.
    ///
    /// This is compiled for every list of argument types, so it holds only what needs them.
    #[must_use]
    pub fn call<A: Send + 'static>(
        self,
        arguments: A,
        start: fn(Call<H>, A) -> BoundCall,
    ) -> BoundCall {
        let call = Call::new(Arc::clone(self.core), self.state);
        let Some(gate) = call.gate() else {
            return start(call, arguments);
        };
        let start = move |arguments: Arguments| match arguments.downcast() {
            Ok(arguments) => Some(start(call, *arguments)),
            Err(_) => None,
        };
        gate.before(Box::new(arguments), Box::new(start))
    }
}

impl<H: Hub> fmt::Debug for Binder<'_, H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Binder")
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}
