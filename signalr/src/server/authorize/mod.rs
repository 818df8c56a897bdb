//! Who may do what.

mod policy;
mod principal;
mod requirement;

pub use policy::PolicyContext;
pub use principal::Principal;
pub use requirement::Requirement;
pub(super) use policy::Policies;
pub(super) use requirement::{Check, Verdict};
