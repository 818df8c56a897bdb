//! The attributes and their keys: one table says what is taken where, and everything else is derived from it.

mod arguments;
mod form;
pub(crate) mod own;
mod place;
mod suggest;
mod table;

pub(crate) use arguments::Arguments;
pub(crate) use form::Value;
pub(crate) use place::Place;
