use proc_macro2::TokenStream;
use quote::quote_spanned;
use syn::{LitStr, Path};

use crate::expand::span;
use crate::model::{Hub, Requirement};

/// The constant that says what every request to the hub must come with.
pub(super) fn of_hub(hub: &Hub) -> Option<TokenStream> {
    let krate = &hub.krate;
    let requirements = list(krate, hub.authorize.as_slice());
    hub.authorize.is_some().then(|| {
        quote_spanned! {span::generated()=>
            const AUTHORIZE: &'static [#krate::__private::server::Requirement] = #requirements;
        }
    })
}

/// A constant list of requirements.
pub(super) fn list(krate: &Path, requirements: &[Requirement]) -> TokenStream {
    let requirements = requirements.iter().map(|requirement| {
        let (role, policy) = (
            option(requirement.role.as_ref()),
            option(requirement.policy.as_ref()),
        );
        quote_spanned! {span::generated()=>
            #krate::__private::server::Requirement { role: #role, policy: #policy }
        }
    });
    quote_spanned!(span::generated()=> &[#(#requirements),*])
}

fn option(text: Option<&LitStr>) -> TokenStream {
    match text {
        Some(text) => quote_spanned!(span::generated()=> ::core::option::Option::Some(#text)),
        None => quote_spanned!(span::generated()=> ::core::option::Option::None),
    }
}
