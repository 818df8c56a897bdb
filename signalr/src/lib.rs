//! Strongly typed hubs, wire-compatible with ASP.NET Core SignalR.

pub mod contract;
pub mod error;
pub mod protocol;
pub mod transport;
pub mod types;

#[cfg(feature = "connection")]
pub(crate) mod connection;
#[cfg(feature = "server")]
pub mod server;

#[doc(hidden)]
pub mod __private;

pub use error::{
    ClientResultError, ConnectionError, HubError, InvokeError, ResultExt, SendError, StreamError,
};
#[cfg(feature = "server")]
pub use server::{
    CallerContext, EndpointOptions, HubContext, HubOptions, Services, SignalR, UploadStream,
};
#[cfg(feature = "connection")]
pub use tokio_util::sync::CancellationToken;
