use syn::{Attribute, Ident, Path};

use super::{Fallible, Parameter};

/// A method that runs when a connection begins or ends.
#[derive(Debug)]
pub(crate) struct Hook {
    /// The attribute that marks it.
    pub(crate) mark: Path,
    pub(crate) cfg: Vec<Attribute>,
    pub(crate) ident: Ident,
    pub(crate) is_async: bool,
    pub(crate) parameters: Vec<Parameter>,
    /// The `Result` that it returns, if it returns one.
    pub(crate) fallible: Option<Fallible>,
}
