#![cfg_attr(feature = "server", doc = include_str!("../README.md"))]
#![cfg_attr(
    not(feature = "server"),
    doc = "Strongly typed hubs, wire-compatible with ASP.NET Core SignalR."
)]

#[cfg(feature = "client")]
pub mod client;
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

pub use futures_core::Stream;

pub use contract::Upload;
pub use protocol::HubProtocol;
#[cfg(any(feature = "client", feature = "server"))]
pub use transport::Transports;

#[cfg(feature = "client")]
pub use client::{
    ConnectionState, HubConnection, HubConnectionBuilder, RetryDelays, StartError,
    WeakHubConnection,
};
pub use error::{
    ClientResultError, CloseReason, ConnectionError, HubError, InvokeError, ResultExt, SendError,
    StreamError,
};
#[cfg(feature = "server")]
pub use server::{
    BuildError, CallerContext, EndpointOptions, HubContext, HubOptions, Principal, ServiceError,
    ServiceScope, Services, SignalR, UploadStream,
};
#[doc = include_str!("docs/client_interface.md")]
pub use signalr_macros::client_interface;
#[cfg(feature = "server")]
#[doc = include_str!("docs/hub.md")]
pub use signalr_macros::hub;
#[cfg_attr(feature = "server", doc = include_str!("docs/hub_interface.md"))]
pub use signalr_macros::hub_interface;
pub use signalr_macros::hub_method;
#[cfg(feature = "server")]
pub use signalr_macros::{authorize, on_authentication_refreshed, on_connected, on_disconnected};
#[cfg(feature = "connection")]
pub use tokio_util::sync::CancellationToken;
