use std::fmt;
use std::sync::Arc;

use serde::de::DeserializeOwned;

use super::bind::RawCall;
use super::gate::Arguments;
use super::upload::upload;
use super::{BoundCall, Call, UploadStream};
use crate::protocol::ArgumentReader;
use crate::server::Hub;
use crate::server::core::HubCore;

/// Turns one call on the wire into typed values.
pub struct Binder<'a, H: Hub> {
    pub(in crate::server) core: Arc<HubCore<H>>,
    pub(in crate::server) call: RawCall<'a>,
}

impl<'a, H: Hub> Binder<'a, H> {
    /// The wire arguments, of which the method expects so many.
    #[must_use]
    pub fn arguments(&self, expected: usize) -> ArgumentReader<'a> {
        self.call.arguments.reader(expected)
    }

    /// The next upload stream.
    pub fn upload<T: DeserializeOwned + Send + 'static>(&mut self) -> UploadStream<T> {
        let RawCall {
            hub,
            state,
            stream_ids,
            uploads,
            ..
        } = &mut self.call;
        let (sink, stream) = upload(hub.options().stream_buffer_capacity);
        if let (Some(uploads), Some(id)) = (uploads, stream_ids.next()) {
            uploads.insert(id, Arc::clone(state), sink);
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
        let (call, gate) = Call::new(self.core.into(), self.call);
        let Some(gate) = gate else {
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
            .field("state", &self.call.state)
            .finish_non_exhaustive()
    }
}
