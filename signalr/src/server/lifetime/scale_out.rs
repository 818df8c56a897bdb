use std::error::Error;
use std::sync::Arc;

use super::{LifetimeManager, ProtocolSet};

/// A hub, as a backend sees it when the server is built.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct HubInfo {
    /// The type's name without path and parameters.
    pub name: &'static str,
    /// The protocols that its clients may speak.
    pub protocols: ProtocolSet,
}

impl HubInfo {
    /// A hub, for tests of a backend.
    #[must_use]
    pub fn new(name: &'static str, protocols: ProtocolSet) -> Self {
        Self { name, protocols }
    }
}

/// What keeps a backend from serving a hub, such as an address that is none.
pub type ScaleOutError = Box<dyn Error + Send + Sync>;

/// A backend that joins several servers. A function of a [`HubInfo`] is one.
pub trait ScaleOut: Send + Sync + 'static {
    /// Makes the lifetime manager of a hub; called once for each, while the server is built, which
    /// may be outside an async runtime.
    ///
    /// # Errors
    /// The hub cannot be served; the server is then not built.
    fn lifetime(&self, hub: &HubInfo) -> Result<Arc<dyn LifetimeManager>, ScaleOutError>;
}

impl<F> ScaleOut for F
where
    F: Fn(&HubInfo) -> Result<Arc<dyn LifetimeManager>, ScaleOutError> + Send + Sync + 'static,
{
    fn lifetime(&self, hub: &HubInfo) -> Result<Arc<dyn LifetimeManager>, ScaleOutError> {
        self(hub)
    }
}
