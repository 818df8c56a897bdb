use syn::Attribute;

use crate::attr::own::{self, Own};
use crate::attr::{Arguments, Place};
use crate::errors::Errors;
use crate::model::Requirement;

/// What all `#[authorize]` of a method ask; each of them must be met.
pub(super) fn of_method(attributes: &[Attribute], errors: &mut Errors) -> Vec<Requirement> {
    own::all(attributes, Own::Authorize)
        .map(|attribute| requirement(&Arguments::of(attribute, Place::Authorize, errors)))
        .collect()
}

/// What the key `authorize` of `#[hub]` asks.
pub(super) fn of_hub(arguments: &Arguments, errors: &mut Errors) -> Option<Requirement> {
    let list = arguments.list("authorize")?;
    Some(requirement(&Arguments::parse(
        Place::Authorize,
        list.clone(),
        errors,
    )))
}

fn requirement(arguments: &Arguments) -> Requirement {
    Requirement {
        role: arguments.text("role").cloned(),
        policy: arguments.text("policy").cloned(),
    }
}
