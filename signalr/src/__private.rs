//! All that generated code may name. Not part of the public interface: it may change with any
//! release.

#[cfg(feature = "server")]
mod hub;
mod interface;

pub use std::sync::Arc;

#[cfg(feature = "server")]
pub use hub::upload_stream;
pub use interface::{
    Receivable, Sendable, answer, ask, distinct_names, invoke, received, received_argument, stream,
    upload, wire_name,
};

pub use futures_core::Stream;

pub use crate::contract::{
    Answer, Caller, ClientAnswer, ClientInterface, ClientSend, HubInterface, MethodSignature,
    Received, Receiver, Reply, ReplyStream, SingleTarget, StartedStream, StreamOf, Target, Upload,
    UploadOf,
};
pub use crate::error::HubError;
pub use crate::protocol::{Argument, ArgumentReader, BindError, RawArguments};

/// What the server side of generated code names.
#[cfg(feature = "server")]
pub mod server {
    pub use crate::server::dispatch::{
        Answer, Binder, BoundCall, Call, CallFailure, LifetimeEvent, LifetimeFuture, Method,
        MethodTable,
    };
    pub use crate::server::{CallerContext, Hub, Requirement, Untyped, UploadStream};
}

/// A type that can be an argument of a hub or client method.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a hub method parameter",
    label = "neither a wire argument nor injected",
    note = "a wire argument implements `serde::Deserialize`, owns its data and is `Send`",
    note = "a service has the form `Arc<T>`; under `inject = explicit` it is marked `#[inject]`"
)]
pub trait WireArgument: serde::de::DeserializeOwned + Send + 'static {}

#[diagnostic::do_not_recommend]
impl<T: serde::de::DeserializeOwned + Send + 'static> WireArgument for T {}

/// A type that a hub method can return.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be sent back to a SignalR caller",
    label = "not a result",
    note = "return a value that implements `serde::Serialize` and is `Send + 'static`, a `Result` of one, or a stream of such values",
    note = "a stream that is not written `impl Stream<Item = T>` is marked `#[hub_method(stream)]`"
)]
pub trait HubResult: serde::Serialize + Send + 'static {}

#[diagnostic::do_not_recommend]
impl<T: serde::Serialize + Send + 'static> HubResult for T {}

/// An error type that a hub method can return.
#[diagnostic::on_unimplemented(
    message = "the error type `{Self}` does not convert into `HubError`",
    label = "does not convert into `HubError`",
    note = "return `HubError` and use `.hidden()?` or `.visible()?` of `signalr::ResultExt`; for an error type of your own, write `impl From<{Self}> for HubError`"
)]
pub trait IntoHubError {
    /// Converts.
    fn into_hub_error(self) -> HubError;
}

#[diagnostic::do_not_recommend]
impl<E: Into<HubError>> IntoHubError for E {
    fn into_hub_error(self) -> HubError {
        self.into()
    }
}

/// Reads the next argument.
///
/// # Errors
/// It is missing or of another type.
pub fn argument<T: WireArgument>(reader: &mut ArgumentReader<'_>) -> Result<T, BindError> {
    reader.next()
}
