use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};

use crate::check;
use crate::expand::span;
use crate::model::Hub;

/// Lets the compiler compare wire names where only it can: behind `cfg`, and between a contract and what stands outside.
pub(super) fn assertion(hub: &Hub) -> Option<TokenStream> {
    let krate = &hub.krate;
    let cfg = &hub.cfg;
    let joins_contract = hub.contract.is_some() && hub.own_names().next().is_some();
    if !joins_contract && !check::may_collide(hub.own_names().map(|method| &method.wire_name)) {
        return None;
    }
    let contract = match &hub.contract {
        Some(path) => {
            quote_spanned!(span::generated()=> <dyn #path as #krate::__private::HubInterface>::METHODS)
        }
        None => quote!(&[]),
    };
    let names = hub.own_names().map(|method| {
        let (cfg, name) = (&method.cfg, &method.wire_name.text);
        quote!(#(#cfg)* #name,)
    });
    Some(quote_spanned! {Span::call_site()=>
        #(#cfg)*
        const _: () = ::core::assert!(
            #krate::__private::distinct_names(#contract, &[#(#names)*]),
            "two hub methods share one wire name"
        );
    })
}
