//! The client against servers that mean harm, or know no better: every start fails with an error, every
//! connection ends with a reason, and nothing grows without bound.

mod event_streams;
mod half_open;
mod handshakes;
mod messages;
mod negotiating;
mod polls;
mod server;
mod sockets;
mod watch;
