//! Hubs: what clients call, and how a hub calls its clients.

mod attendance;
mod authorize;
mod base;
mod build_error;
mod builder;
mod caller;
mod clients;
mod connection;
mod connections;
mod context;
mod core;
pub(crate) mod dispatch;
mod drain;
mod end;
mod endpoint;
pub mod filter;
mod groups;
mod handover;
mod heartbeat;
mod http;
mod hub;
mod hub_context;
mod items;
pub mod lifetime;
#[cfg(feature = "metrics")]
pub mod metrics;
#[cfg(not(feature = "metrics"))]
#[path = "unmeasured.rs"]
mod metrics;
mod options;
mod pump;
mod raw;
#[cfg(feature = "redis")]
pub mod redis;
mod request;
mod running;
mod runtime;
mod serve;
mod services;
mod shared;
mod signalr;
mod slow_consumers;
mod spans;
mod target;
mod untyped;

pub use crate::transport::Transports;
pub use authorize::{AuthenticationRefresh, PolicyContext, Principal, Requirement};
pub use build_error::BuildError;
pub use builder::SignalRBuilder;
pub use clients::{CallerClients, HubClients, Proxy};
pub use connection::Connection;
pub use connections::Connections;
pub use context::CallerContext;
pub use dispatch::UploadStream;
pub use drain::DrainOptions;
pub use endpoint::EndpointOptions;
pub use filter::{Filters, InvocationContext, LifetimeContext, Next, Returned};
pub use groups::{CallerGroups, Groups};
pub use http::HubRoutes;
pub use hub::{Hub, Untyped};
pub use hub_context::HubContext;
pub use items::Items;
pub use options::HubOptions;
pub use raw::RawConnection;
pub use request::ConnectionRequest;
pub use services::{ServiceError, ServiceScope, Services};
pub use signalr::SignalR;
pub use slow_consumers::{MessageKey, SentMessage, SlowConsumerCounts, SlowConsumers};
pub use target::{Many, One};
pub use untyped::{Arguments, UntypedProxy};

/// The guide's examples, which must compile.
#[cfg(all(
    doctest,
    feature = "client",
    feature = "messagepack",
    feature = "redis"
))]
#[doc = include_str!("../../../docs/coming-from-dotnet.md")]
mod guide {}
