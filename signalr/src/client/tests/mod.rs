//! The client against a scripted server over the transport in memory.

mod calls;
mod closing;
mod handlers;
mod held_up;
mod mutations;
mod peer;
mod questions;
mod reconnecting;
mod retrying;
mod starting;
mod stateful;
mod stopping;
mod streams;
mod surviving;
mod timing;
mod uploads;
mod waiting;
