use crate::errors::Errors;
use crate::model::{Parameter, Role};

/// What there is one of comes once.
pub(super) fn once(parameters: &[Parameter], errors: &mut Errors) {
    for (index, parameter) in parameters.iter().enumerate() {
        let Some(noun) = only_one(&parameter.role) else {
            continue;
        };
        let first = parameters
            .iter()
            .take(index)
            .find(|first| only_one(&first.role) == Some(noun));
        if let Some(first) = first {
            errors.at(
                parameter.written(),
                format!("{noun} is already taken by `{}`", first.name()),
            );
        }
    }
}

fn only_one(role: &Role) -> Option<&'static str> {
    match role {
        Role::Context => Some("the caller context"),
        Role::Token => Some("the cancellation token"),
        Role::Cause => Some("the cause"),
        Role::Argument(_) | Role::Upload(_) | Role::Service(_) => None,
    }
}
