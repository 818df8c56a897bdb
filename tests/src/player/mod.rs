//! Plays recorded conversations against a server and says where it answers differently.
//!
//! A vector is a file that holds one conversation: the connections a client opens, what it sends, and what a
//! SignalR server answers. The vectors of this project were recorded with ASP.NET Core.

mod address;
mod check;
mod compare;
mod connection;
mod end;
mod event_stream;
mod failure;
mod http;
mod inbox;
mod json;
mod link;
mod load;
mod names;
mod pattern;
mod play;
mod polling;
mod step;
mod steps;
mod vector;
mod websocket;

pub use address::Address;
pub use check::{Outcome, Report, Selection, check};
pub use failure::{Failure, VectorFailure};
pub use load::{LoadError, load};
pub use vector::Vector;
