//! Values that hubs are given instead of making them.

mod container;
mod error;
mod scope;

pub(crate) use container::ServiceNeed;
pub use container::Services;
pub use error::ServiceError;
pub use scope::ServiceScope;
