//! The rules between the parts of an item.

mod hub;
mod interface;
mod names;
mod roles;

pub(crate) use hub::hub;
pub(crate) use interface::{client_interface, hub_interface};
pub(crate) use names::may_collide;
