use proc_macro2::TokenStream;
use quote::quote_spanned;

use super::method::local;
use crate::expand::span;
use crate::model::{Parameter, Role, Service};

/// Says which services a method takes, so that a missing one is found when the server is built.
pub(super) fn needs(parameters: &[Parameter], whose: &str) -> TokenStream {
    let need = |parameter: &Parameter| match &parameter.role {
        Role::Service(service) => {
            let (ty, key, name) = (&service.ty, key(service), parameter.name());
            Some(quote_spanned!(span::shown_at(ty)=> __table.service::<#ty>(#key, #whose, #name);))
        }
        _ => None,
    };
    parameters.iter().filter_map(need).collect()
}

/// Takes the services out of the scope of a call or an event.
pub(super) fn taken(parameters: &[Parameter], of: &TokenStream) -> TokenStream {
    let take = |(index, parameter): (usize, &Parameter)| match &parameter.role {
        Role::Service(service) => {
            let (local, ty, key) = (local(index), &service.ty, key(service));
            Some(quote_spanned!(span::shown_at(ty)=> let #local = #of.service::<#ty>(#key)?;))
        }
        _ => None,
    };
    parameters.iter().enumerate().filter_map(take).collect()
}

fn key(service: &Service) -> TokenStream {
    match &service.key {
        Some(key) => quote_spanned!(span::generated()=> ::core::option::Option::Some(#key)),
        None => quote_spanned!(span::generated()=> ::core::option::Option::None),
    }
}
