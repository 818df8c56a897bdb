//! Reads records as .NET's JSON library does: from objects alone, and their members' names without
//! regard to case. Otherwise serde_json decides.
//!
//! A layer over the deserializer, which goes wherever values may lie inside others. A name spelled
//! as the type has it is found first, so types that tell `a` from `A` work.

mod access;
mod deserializer;
mod member;
mod visitor;

pub(super) use deserializer::Records;

#[cfg(test)]
mod tests;
