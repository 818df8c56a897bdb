use syn::{Attribute, Ident, Path};

use super::Parameter;

/// A method that runs when a connection begins or ends.
#[derive(Debug)]
pub(crate) struct Hook {
    /// The attribute that marks it.
    pub(crate) mark: Path,
    pub(crate) cfg: Vec<Attribute>,
    pub(crate) ident: Ident,
    pub(crate) is_async: bool,
    pub(crate) parameters: Vec<Parameter>,
    /// Whether it returns a `Result`.
    pub(crate) fallible: bool,
}
