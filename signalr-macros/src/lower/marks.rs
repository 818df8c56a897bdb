use syn::Attribute;

use crate::attr::own::{self, Own};
use crate::attr::{Arguments, Place};
use crate::errors::Errors;

/// Takes the one attribute of this kind and says so where there are more.
pub(super) fn single<'a>(
    attributes: &'a [Attribute],
    own: Own,
    errors: &mut Errors,
) -> Option<&'a Attribute> {
    let mut found = own::all(attributes, own);
    let first = found.next();
    for again in found {
        let name = again
            .path()
            .segments
            .last()
            .map(|segment| segment.ident.to_string())
            .unwrap_or_default();
        errors.at(again, format!("`#[{name}]` is given twice"));
    }
    first
}

/// The keys of `#[hub_method]`, where it is there.
pub(super) fn method_keys(
    attributes: &[Attribute],
    place: Place,
    errors: &mut Errors,
) -> Option<Arguments> {
    single(attributes, Own::HubMethod, errors)
        .map(|attribute| Arguments::of(attribute, place, errors))
}

/// Refuses our attributes where they mean nothing.
pub(super) fn refuse(attributes: &[Attribute], kinds: &[Own], remedy: &str, errors: &mut Errors) {
    for attribute in attributes {
        if own::kind(attribute).is_some_and(|kind| kinds.contains(&kind)) {
            let name = attribute
                .path()
                .segments
                .last()
                .map(|segment| segment.ident.to_string())
                .unwrap_or_default();
            errors.at(attribute, format!("`#[{name}]` {remedy}"));
        }
    }
}

/// The `cfg` attributes, which everything generated for an item repeats.
pub(super) fn cfg(attributes: &[Attribute]) -> Vec<Attribute> {
    attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident("cfg"))
        .cloned()
        .collect()
}

/// What is repeated on a generated method: documentation, `cfg`, deprecation, lint levels.
pub(super) fn carried(attributes: &[Attribute]) -> Vec<Attribute> {
    let carried = ["doc", "cfg", "deprecated", "allow"];
    attributes
        .iter()
        .filter(|one| carried.iter().any(|name| one.path().is_ident(name)))
        .cloned()
        .collect()
}

/// Refuses our attributes inside a `cfg_attr`.
pub(super) fn refuse_conditional(attributes: &[Attribute], errors: &mut Errors) {
    for ident in attributes.iter().filter_map(own::conditional) {
        errors.at(
            &ident,
            format!(
                "`{ident}` cannot stand in `cfg_attr`; write the method twice, each with `#[cfg]`"
            ),
        );
    }
}
