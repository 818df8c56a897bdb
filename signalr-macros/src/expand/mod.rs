//! Writes the code. Nothing is decided or refused here.
//!
//! Paths are absolute and locals hygienic, so that the user's names and a missing prelude do no harm. A hygienic local
//! still gives way to a constant of the same name, hence the underscores. Where a bound may fail, the tokens carry the
//! span of the user's type, so that the compiler points there.

mod client_interface;
mod hub;
mod hub_interface;
mod lints;
mod span;
mod trait_methods;

pub(crate) use client_interface::client_interface;
pub(crate) use hub::hub;
pub(crate) use hub_interface::hub_interface;
pub(crate) use trait_methods::open;
