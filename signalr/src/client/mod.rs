//! Connections to hubs.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use signalr::HubConnection;
//!
//! let link = HubConnection::builder("https://example.com/chat").build()?;
//! link.on("ReceiveMessage", |user: String, text: String| println!("{user}: {text}"));
//! link.start().await?;
//! let sum: i64 = link.invoke("Add", (1, 2)).await?;
//! link.notify("SendMessage", ("ann", format!("it is {sum}"))).await?;
//! link.stop().await;
//! # Ok(())
//! # }
//! ```
//!
//! With a contract that `#[hub_interface]` and `#[client_interface]` have read, all of it is typed:
//! `ChatApiClient::new(&link)` calls the hub, and `.receiver(ChatClientReceiver(my_client))` on the
//! builder takes its calls.

mod arguments;
mod build_error;
mod builder;
mod call;
mod caller;
mod calls;
mod connect_error;
mod connection_state;
mod connector;
mod driver;
mod event;
mod handlers;
mod http;
mod hub_connection;
mod lifecycle;
#[cfg(feature = "metrics")]
pub mod metrics;
#[cfg(not(feature = "metrics"))]
#[path = "unmeasured.rs"]
mod metrics;
mod pump;
mod retry;
mod session;
mod settings;
mod shared;
mod spans;
mod start;
mod start_error;
mod upload;
mod weak;

pub use arguments::{CallArgument, CallArguments};
pub use build_error::BuildError;
pub use builder::HubConnectionBuilder;
pub use connect_error::ConnectError;
pub use connection_state::ConnectionState;
pub use connector::{ConnectFuture, ConnectRequest, Connected, Connector};
pub use handlers::{
    AlreadyAnswered, Fallible, Handler, HandlerArguments, IntoAnswer, Later, Nothing, Now,
    Registration, Value,
};
pub use http::{
    AccessTokenProvider, HttpConnector, IntoAccessToken, NegotiateError, Proxy, RawConnection,
    RequestError, RootCertificates, TokenFuture, TransportFailure, WhyNot,
};
pub use hub_connection::HubConnection;
pub use retry::{Jitter, RetryContext, RetryDelays, RetryPolicy, RetryReason};
pub use start_error::StartError;
pub use weak::WeakHubConnection;

use std::future::Future;
use std::pin::Pin;

/// What the connection's task does beside its messages.
type Work = Pin<Box<dyn Future<Output = ()> + Send>>;

#[cfg(all(test, feature = "testing"))]
mod tests;

/// The guide's examples, which must compile.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/client.md")]
mod guide {}
