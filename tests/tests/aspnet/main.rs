//! The client against servers of its own protocol: ASP.NET Core, and this project's.
//!
//! `SIGNALR_ASPNET` holds the command that starts the real server, to which `--port N` is added; it
//! is run in the workspace's root. Without it, the tests only meet this project's own server.

mod calls;
mod closing;
mod cutter;
mod errors;
mod get;
mod handlers;
mod inbox;
mod known_faults;
mod limits;
mod place;
mod questions;
mod raw;
mod reconnecting;
mod server;
mod starting;
mod stateful;
mod streams;
mod times;
mod tokens;
mod uploads;
