use syn::{Attribute, Generics, Path, Type};

use super::{Hook, Method, Requirement};

/// A `#[hub]` impl.
#[derive(Debug)]
pub(crate) struct Hub {
    pub(crate) krate: Path,
    pub(crate) cfg: Vec<Attribute>,
    pub(crate) generics: Generics,
    pub(crate) self_type: Type,
    /// The type's name without path and parameters.
    pub(crate) name: String,
    pub(crate) client: Option<Path>,
    pub(crate) contract: Option<Path>,
    pub(crate) authorize: Option<Requirement>,
    pub(crate) methods: Vec<Method>,
    pub(crate) connected: Vec<Hook>,
    pub(crate) authentication_refreshed: Vec<Hook>,
    pub(crate) disconnected: Vec<Hook>,
}

impl Hub {
    /// The lifecycle methods, each kind with the function of the `Hub` trait that runs it.
    pub(crate) fn hooks(&self) -> [(&'static str, &[Hook]); 3] {
        [
            ("connected", &self.connected),
            ("authentication_refreshed", &self.authentication_refreshed),
            ("disconnected", &self.disconnected),
        ]
    }

    /// Whether the method stands in the contract, which then names it.
    pub(crate) fn is_contracted(&self, method: &Method) -> bool {
        self.contract.is_some() && method.extra.is_none()
    }

    /// The methods that the hub itself names.
    pub(crate) fn own_names(&self) -> impl Iterator<Item = &Method> + Clone {
        self.methods
            .iter()
            .filter(|method| !self.is_contracted(method))
    }
}
