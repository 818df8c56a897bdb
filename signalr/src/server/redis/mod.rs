//! Several servers joined by Redis, with the channels and payloads of ASP.NET Core SignalR.
//!
//! ```no_run
//! use signalr::SignalR;
//! use signalr::server::redis::RedisOptions;
//!
//! # fn main() -> Result<(), signalr::BuildError> {
//! let redis = RedisOptions::new("redis://127.0.0.1:6379").channel_prefix("MyApp");
//! let health = redis.health();
//! let signalr = SignalR::builder().redis(redis).build()?;
//! println!("{:?}", health.state());
//! # Ok(())
//! # }
//! ```
//!
//! Redis only carries messages: it keeps nothing, and a message that is published while a server is
//! cut off is lost for the clients of that server. Each server has one connection that publishes
//! and one that is subscribed, shared by its hubs. Own clients are served at once; the copy that
//! comes back from Redis is recognised and dropped.

mod acks;
mod backoff;
mod backplane;
mod channels;
mod commands;
mod connect;
mod error;
mod fleet;
mod forwards;
mod health;
mod incoming;
mod lease;
mod lifetime;
mod link;
mod membership;
mod options;
mod payload;
mod publisher;
mod questions;
mod registry;
mod route;
mod sending;
mod session;
mod subscriber;
mod supervisor;
mod transcode;

pub use backplane::Backplane;
pub use error::BackplaneError;
pub use health::{RedisCounters, RedisHealth, RedisState};
pub use options::RedisOptions;
