//! An interface may yet be empty.

#![deny(warnings)]

use signalr::client_interface;

/// Nothing to say.
#[client_interface]
pub trait ChatClient {}

fn main() {}
