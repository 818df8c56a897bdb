use syn::{Attribute, Ident};

use crate::errors::Errors;
use crate::model::WireName;

/// A method as far as its name goes.
#[derive(Debug)]
pub(super) struct Named<'m> {
    pub(super) wire_name: &'m WireName,
    pub(super) ident: &'m Ident,
    pub(super) attributes: &'m [Attribute],
}

/// Every method has a name, and no two have the same.
pub(super) fn distinct(methods: &[Named<'_>], errors: &mut Errors) {
    for (index, method) in methods.iter().enumerate() {
        let name = method.wire_name;
        if name.text.is_empty() {
            let message = if name.given {
                "a wire name cannot be empty".to_owned()
            } else {
                format!(
                    "`{}` gives no wire name; write `#[hub_method(name = \"..\")]`",
                    method.ident
                )
            };
            errors.at_span(name.span, message);
            continue;
        }
        let first = methods
            .iter()
            .take(index)
            .find(|first| first.wire_name.is_same(name));
        if let Some(first) = first
            .filter(|first| !is_conditional(first.attributes) && !is_conditional(method.attributes))
        {
            let message = format!(
                "wire name `{}` is already used; names compare without case",
                name.text
            );
            errors.at_span(name.span, message);
            errors.at_span(first.wire_name.span, "first used here");
        }
    }
}

fn is_conditional(attributes: &[Attribute]) -> bool {
    attributes
        .iter()
        .any(|attribute| attribute.path().is_ident("cfg"))
}

/// Whether names are the same that `cfg` may keep apart, which only the compiler can tell.
pub(crate) fn may_collide<'m>(names: impl Iterator<Item = &'m WireName> + Clone) -> bool {
    names
        .clone()
        .enumerate()
        .any(|(index, name)| names.clone().take(index).any(|first| first.is_same(name)))
}
