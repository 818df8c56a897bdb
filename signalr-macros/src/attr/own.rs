//! The attributes that stand inside an item and are taken off it.

use proc_macro2::TokenTree;
use syn::{Attribute, Ident, Meta};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Own {
    HubMethod,
    OnConnected,
    OnAuthenticationRefreshed,
    OnDisconnected,
    Authorize,
    Inject,
    Arg,
}

/// Which attribute of ours it is. Only the last segment counts: the crate may be renamed.
pub(crate) fn kind(attribute: &Attribute) -> Option<Own> {
    named(&attribute.path().segments.last()?.ident)
}

fn named(name: &Ident) -> Option<Own> {
    let names = [
        ("hub_method", Own::HubMethod),
        ("on_connected", Own::OnConnected),
        (
            "on_authentication_refreshed",
            Own::OnAuthenticationRefreshed,
        ),
        ("on_disconnected", Own::OnDisconnected),
        ("authorize", Own::Authorize),
        ("inject", Own::Inject),
        ("arg", Own::Arg),
    ];
    names
        .into_iter()
        .find(|(own, _)| name == own)
        .map(|(_, own)| own)
}

/// The attribute of ours inside a `cfg_attr`, which is not yet evaluated when the macro runs.
pub(crate) fn conditional(attribute: &Attribute) -> Option<Ident> {
    let Meta::List(list) = &attribute.meta else {
        return None;
    };
    if !attribute.path().is_ident("cfg_attr") {
        return None;
    }
    list.tokens
        .clone()
        .into_iter()
        .find_map(|token| match token {
            TokenTree::Ident(ident) if named(&ident).is_some() => Some(ident),
            _ => None,
        })
}

/// All attributes of one kind.
pub(crate) fn all(attributes: &[Attribute], own: Own) -> impl Iterator<Item = &Attribute> {
    attributes
        .iter()
        .filter(move |attribute| kind(attribute) == Some(own))
}

pub(crate) fn strip(attributes: &mut Vec<Attribute>) {
    attributes.retain(|attribute| kind(attribute).is_none() && conditional(attribute).is_none());
}
