use proc_macro2::Span;
use syn::{Attribute, Ident};

use super::{Outcome, Parameter, Requirement, WireName};

/// A hub method that clients can call.
#[derive(Debug)]
pub(crate) struct Method {
    pub(crate) cfg: Vec<Attribute>,
    pub(crate) ident: Ident,
    /// Where the signature ends.
    pub(crate) end: Span,
    pub(crate) wire_name: WireName,
    /// The key that says it stands outside the contract.
    pub(crate) extra: Option<Ident>,
    pub(crate) authorize: Vec<Requirement>,
    pub(crate) is_async: bool,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) outcome: Outcome,
}
