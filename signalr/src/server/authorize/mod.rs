//! Who may do what.

mod policy;
mod principal;
mod requirement;

pub(super) use policy::Policies;
pub use policy::PolicyContext;
pub use principal::Principal;
pub use requirement::Requirement;
pub(super) use requirement::{Check, Verdict};
