mod authorize;
mod call;
mod contract;
mod hook;
mod method;
mod names;
mod service;

use proc_macro2::TokenStream;
use quote::quote_spanned;

use super::{lints, span};
use crate::model::Hub;

/// The `Hub` impl. `sound` says that no mistake was found; only then is the contract compared, because a method that
/// was refused is missing.
pub(crate) fn hub(hub: &Hub, sound: bool) -> TokenStream {
    let Hub {
        krate,
        cfg,
        self_type,
        name,
        ..
    } = hub;
    let (generics, _, where_clause) = hub.generics.split_for_impl();
    let quiet = lints::quiet();
    let authorize = authorize::of_hub(hub);
    let describe = method::describe(hub);
    // A second one is among the mistakes.
    let most = if sound { usize::MAX } else { 1 };
    let all = hub.hooks();
    let hooks = all.iter().flat_map(|(name, hooks)| {
        hooks
            .iter()
            .take(most)
            .map(|one| hook::function(hub, name, one))
    });
    let contract = sound.then(|| contract::comparison(hub));
    let distinct = sound.then(|| names::assertion(hub));
    let client = match &hub.client {
        // At the path, because an interface that fewer may see than the hub is reported here.
        Some(path) => quote_spanned!(span::shown_at(path)=> type Client = dyn #path;),
        None => quote_spanned! {span::generated()=>
            type Client = #krate::__private::server::Untyped;
        },
    };
    quote_spanned! {span::generated()=>
        #(#cfg)*
        #[automatically_derived]
        #quiet
        impl #generics #krate::__private::server::Hub for #self_type #where_clause {
            #client
            const NAME: &'static ::core::primitive::str = #name;

            #authorize

            fn describe(__table: &mut #krate::__private::server::MethodTable<Self>) {
                #contract
                #describe
            }

            #(#hooks)*
        }
        #distinct
    }
}
