use syn::{Attribute, Signature};

use super::parameter::{self, Scope};
use super::{crate_path, marks, signature};
use crate::attr::own::Own;
use crate::attr::{Arguments, Place};
use crate::errors::Errors;
use crate::model::{Header, Parameter, WireName};
use crate::parse::{Body, Function, Member, MemberKind, TraitBlock};

/// How one kind of interface trait is spoken of.
#[derive(Debug)]
pub(super) struct Kind {
    pub(super) trait_noun: &'static str,
    pub(super) methods_noun: &'static str,
    pub(super) place: Place,
    /// The rule that a constant, a type or a body breaks.
    pub(super) rule: &'static str,
}

/// What holds for the trait as a whole; nothing if no interface can be made of it.
pub(super) fn header(
    arguments: &Arguments,
    block: &TraitBlock,
    kind: &Kind,
    errors: &mut Errors,
) -> Option<Header> {
    let krate = crate_path::crate_path(arguments, errors);
    let noun = kind.trait_noun;
    marks::refuse(
        &block.attrs,
        &[Own::Authorize],
        "belongs on a method of a `#[hub]` impl",
        errors,
    );
    let mut sound = true;
    let mut mistake = |error: syn::Error| {
        sound = false;
        errors.add(error);
    };
    if !block.generics.params.is_empty() {
        let message = format!("{noun} cannot be generic; the wire carries no types");
        mistake(syn::Error::new_spanned(&block.generics, message));
    }
    if let Some(clause) = &block.generics.where_clause {
        mistake(syn::Error::new_spanned(
            clause,
            format!("{noun} has no `where` clause; remove it"),
        ));
    }
    if !block.supertraits.is_empty() {
        let message = format!("{noun} cannot have supertraits; write all its methods in one trait");
        mistake(syn::Error::new_spanned(&block.supertraits, message));
    }
    if let Some(token) = &block.unsafety {
        mistake(syn::Error::new_spanned(
            token,
            format!("{noun} cannot be `unsafe`; remove it"),
        ));
    }
    let only_functions = block
        .members
        .iter()
        .all(|member| !matches!(member.kind, MemberKind::Other(_)));
    (sound && only_functions).then(|| Header {
        krate,
        cfg: marks::cfg(&block.attrs),
        vis: block.vis.clone(),
        ident: block.ident.clone(),
    })
}

/// The function that a member is, if it is one that an interface can hold.
pub(super) fn function<'m>(
    member: &'m Member,
    kind: &Kind,
    errors: &mut Errors,
) -> Option<&'m Function> {
    let attributes = &member.attrs;
    marks::refuse_conditional(attributes, errors);
    let hooks = [
        Own::OnConnected,
        Own::OnAuthenticationRefreshed,
        Own::OnDisconnected,
        Own::Authorize,
    ];
    marks::refuse(
        attributes,
        &hooks,
        "belongs on a method of a `#[hub]` impl",
        errors,
    );
    let rule = kind.rule;
    let function = match &member.kind {
        MemberKind::Function(function) => function,
        MemberKind::Other(item) => {
            errors.at(item, format!("{rule}; move this out of the trait"));
            return None;
        }
        MemberKind::Broken(_) => return None,
    };
    if let Body::Opaque(body) = &function.body {
        errors.at(body, format!("{rule}; write `;` instead of the body"));
        return None;
    }
    signature::require_callable(&function.signature, kind.methods_noun, errors).then_some(function)
}

/// The method's keys and wire name.
pub(super) fn wire_name(
    attributes: &[Attribute],
    signature: &Signature,
    kind: &Kind,
    errors: &mut Errors,
) -> WireName {
    let keys = marks::method_keys(attributes, kind.place, errors).unwrap_or_default();
    keys.text("name")
        .map_or_else(|| WireName::derived(&signature.ident), WireName::given)
}

/// All parameters, or nothing if one is wrong.
pub(super) fn parameters(
    signature: &Signature,
    kind: &Kind,
    errors: &mut Errors,
) -> Option<Vec<Parameter>> {
    let scope = Scope::interface(kind.place);
    let given = signature::parameters(signature).count();
    let lowered: Vec<_> = signature::parameters(signature)
        .filter_map(|parameter| parameter::lower(parameter, scope, errors))
        .collect();
    (lowered.len() == given).then_some(lowered)
}
