//! Stateful reconnect over the real routes and WebSockets, on wires that break after any byte.

mod client;
mod drops;
mod ends;
mod hostile;
mod hub;
mod network;
mod slow;
mod takeover;
