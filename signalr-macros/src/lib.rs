//! The macros of the `signalr` crate. Use them through that crate.
