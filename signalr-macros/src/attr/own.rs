//! The attributes that stand inside an item and are taken off it.

use syn::Attribute;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Own {
    HubMethod,
    OnConnected,
    OnDisconnected,
    Authorize,
    Inject,
    Arg,
}

/// Which attribute of ours it is. Only the last segment counts: the crate may be renamed.
pub(crate) fn kind(attribute: &Attribute) -> Option<Own> {
    let name = &attribute.path().segments.last()?.ident;
    [
        ("hub_method", Own::HubMethod),
        ("on_connected", Own::OnConnected),
        ("on_disconnected", Own::OnDisconnected),
        ("authorize", Own::Authorize),
        ("inject", Own::Inject),
        ("arg", Own::Arg),
    ]
    .into_iter()
    .find(|(own, _)| name == own)
    .map(|(_, own)| own)
}

/// All attributes of one kind.
pub(crate) fn all(attributes: &[Attribute], own: Own) -> impl Iterator<Item = &Attribute> {
    attributes.iter().filter(move |attribute| kind(attribute) == Some(own))
}

pub(crate) fn strip(attributes: &mut Vec<Attribute>) {
    attributes.retain(|attribute| kind(attribute).is_none());
}
