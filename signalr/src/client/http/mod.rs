//! Connections over the network: negotiation and the three transports.

mod access_token;
mod client;
mod connector;
mod cookies;
mod event_stream;
mod hub_builder;
mod long_polling;
mod negotiate;
mod negotiate_error;
mod post;
mod proxy;
mod raw_connection;
mod request_error;
mod requests;
mod roots;
mod settings;
mod transport_failure;
mod url;
mod user_agent;
mod web_socket;

pub use access_token::{AccessTokenProvider, IntoAccessToken, TokenFuture};
pub use connector::HttpConnector;
pub use negotiate_error::NegotiateError;
pub use proxy::Proxy;
pub use raw_connection::RawConnection;
pub use request_error::RequestError;
pub use roots::RootCertificates;
pub use transport_failure::{TransportFailure, WhyNot};

use std::error::Error;

type BoxError = Box<dyn Error + Send + Sync>;
