use syn::Attribute;

use super::parameter::{self, Scope};
use super::{marks, outcome, shape, signature};
use crate::attr::own::{self, Own};
use crate::attr::{Arguments, Place};
use crate::errors::Errors;
use crate::model::Hook;
use crate::parse::Function;

/// Lowers a lifecycle method. `mark` is the attribute that makes it one.
pub(super) fn lower(
    mark: &Attribute,
    place: Place,
    attributes: &[Attribute],
    function: &Function,
    explicit: bool,
    errors: &mut Errors,
) -> Option<Hook> {
    let _ = Arguments::of(mark, place, errors);
    let name = place.attribute().trim_matches('`');
    let others: &[Own] = match place {
        Place::OnConnected => &[
            Own::HubMethod,
            Own::OnAuthenticationRefreshed,
            Own::OnDisconnected,
        ],
        Place::OnAuthenticationRefreshed => &[Own::HubMethod, Own::OnDisconnected],
        _ => &[Own::HubMethod],
    };
    for other in others.iter().flat_map(|&other| own::all(attributes, other)) {
        errors.at(
            other,
            format!("a method has one role; this one is already `{name}`"),
        );
    }
    let syntax = &function.signature;
    let callable = signature::require_callable(syntax, "lifecycle methods", errors);
    let given = signature::parameters(syntax).count();
    let mut parameters = Vec::new();
    for written in signature::parameters(syntax) {
        let lowered = parameter::lower(written, Scope { place, explicit }, errors);
        match lowered
            .as_ref()
            .and_then(|lowered| parameter::not_in_a_hook(lowered, name))
        {
            Some(message) => errors.at(&written.ty, message),
            None => parameters.extend(lowered),
        }
    }
    let returned = outcome::returned(&syntax.output);
    let fallible = shape::is_named(&returned, "Result").then(|| outcome::fallible(&returned));
    if !shape::is_unit(
        fallible
            .as_ref()
            .map_or(&returned, |fallible| &*fallible.value),
    ) {
        errors.at(
            &returned,
            "nobody reads the result of a lifecycle method; return nothing or `Result<(), E>`",
        );
        return None;
    }
    (callable && parameters.len() == given).then(|| Hook {
        mark: mark.path().clone(),
        cfg: marks::cfg(attributes),
        ident: syntax.ident.clone(),
        is_async: syntax.asyncness.is_some(),
        parameters,
        fallible,
    })
}
