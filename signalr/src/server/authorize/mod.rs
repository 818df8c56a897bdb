//! Who may do what.

mod authentication;
mod expiry;
mod policy;
mod principal;
mod refresh;
mod requirement;

pub(super) use authentication::{Authenticated, Authentication};
pub(super) use expiry::{Expiries, ExpiryWatch};
pub(super) use policy::Policies;
pub use policy::PolicyContext;
pub use principal::Principal;
pub use refresh::AuthenticationRefresh;
pub(super) use refresh::{RefreshCheck, Refreshed};
pub use requirement::Requirement;
pub(super) use requirement::{Check, Verdict};
