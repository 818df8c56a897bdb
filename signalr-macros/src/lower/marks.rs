use syn::{Attribute, Meta};

use crate::attr::own::{self, Own};
use crate::attr::{Arguments, Place};
use crate::errors::Errors;

/// Takes the one attribute of this kind and says so where there are more.
pub(super) fn single<'a>(attributes: &'a [Attribute], own: Own, errors: &mut Errors) -> Option<&'a Attribute> {
    let mut found = own::all(attributes, own);
    let first = found.next();
    for again in found {
        let name = again.path().segments.last().map(|segment| segment.ident.to_string()).unwrap_or_default();
        errors.at(again, format!("`#[{name}]` is given twice"));
    }
    first
}

/// The keys of `#[hub_method]`, where it is there.
pub(super) fn method_keys(attributes: &[Attribute], place: Place, errors: &mut Errors) -> Option<Arguments> {
    single(attributes, Own::HubMethod, errors).map(|attribute| Arguments::of(attribute, place, errors))
}

/// Refuses our attributes where they mean nothing.
pub(super) fn refuse(attributes: &[Attribute], kinds: &[Own], remedy: &str, errors: &mut Errors) {
    for attribute in attributes {
        if own::kind(attribute).is_some_and(|kind| kinds.contains(&kind)) {
            let name = attribute.path().segments.last().map(|segment| segment.ident.to_string()).unwrap_or_default();
            errors.at(attribute, format!("`#[{name}]` {remedy}"));
        }
    }
}

/// Authorization is not there yet. All that is written for it ends here, so that it is switched on in one place.
pub(super) fn refuse_authorize(attributes: &[Attribute], errors: &mut Errors) {
    refuse(attributes, &[Own::Authorize], AUTHORIZE, errors);
}

/// As [`refuse_authorize`], for the key of `#[hub]`.
pub(super) fn refuse_authorize_key(arguments: &Arguments, errors: &mut Errors) {
    if let Some(given) = arguments.get("authorize") {
        errors.at(&given.key, format!("`authorize` {AUTHORIZE}"));
    }
}

const AUTHORIZE: &str = "comes with the next release; until then check the caller in the method";

/// The `cfg` attributes, which everything generated for an item repeats.
pub(super) fn cfg(attributes: &[Attribute]) -> Vec<Attribute> {
    attributes.iter().filter(|attribute| attribute.path().is_ident("cfg")).cloned().collect()
}

/// What is repeated on a generated method: documentation, `cfg`, deprecation, lint levels.
pub(super) fn carried(attributes: &[Attribute]) -> Vec<Attribute> {
    let carried = ["doc", "cfg", "deprecated", "allow"];
    attributes.iter().filter(|one| carried.iter().any(|name| one.path().is_ident(name))).cloned().collect()
}

/// A `cfg_attr` is not yet evaluated when the macro runs, so our attributes would be missed in it.
pub(super) fn refuse_conditional(attributes: &[Attribute], errors: &mut Errors) {
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("cfg_attr")) {
        let Meta::List(list) = &attribute.meta else { continue };
        let own = ["hub_method", "on_connected", "on_disconnected", "authorize"];
        for token in list.tokens.clone() {
            if let proc_macro2::TokenTree::Ident(ident) = &token
                && own.iter().any(|name| ident == name)
            {
                errors.at(ident, format!("`{ident}` cannot stand in `cfg_attr`; write the method twice, each with `#[cfg]`"));
            }
        }
    }
}
