//! From syntax to the model. What a single function, parameter or type may look like is decided here; `check` holds
//! the rules between them.

mod authorize;
mod client_interface;
mod crate_path;
mod hook;
mod hub;
mod hub_interface;
mod marks;
mod method;
mod outcome;
mod owned;
mod parameter;
mod role;
mod shape;
mod signature;
mod trait_head;

pub(crate) use client_interface::client_interface;
pub(crate) use hub::hub;
pub(crate) use hub_interface::hub_interface;
