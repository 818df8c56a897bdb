//! The conformance server: the hubs and paths with which the vectors were recorded, written with signalr's public
//! API alone.

mod answers;
mod app;
mod authentication;
// Hub methods are `pub` to be callable, wherever the hub is.
#[allow(unreachable_pub)]
mod bench;
mod colour;
mod connecting;
mod dotnet;
mod ended;
mod errors;
mod everything;
#[allow(unreachable_pub)]
mod explicit;
mod filters;
mod greeter;
#[allow(unreachable_pub)]
mod hub;
mod kind;
mod person;
mod push;
mod streams;
mod uploads;

pub use app::{App, app};
pub use bench::bench;
