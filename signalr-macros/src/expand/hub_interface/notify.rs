use proc_macro2::TokenStream;
use quote::quote_spanned;

use super::client::{function, notify_name};
use crate::expand::{lints, span};
use crate::model::{ContractOutcome, HubInterface};

/// The typed client that does not wait for answers. A stream is nothing without its answer and is left out.
pub(super) fn notify(interface: &HubInterface) -> TokenStream {
    let header = &interface.header;
    let (krate, cfg, vis, ident) = (&header.krate, &header.cfg, &header.vis, &header.ident);
    let quiet = lints::quiet();
    let notify = notify_name(interface);
    let text =
        format!(" Calls the methods of [`{ident}`] on a hub without waiting for their answers.");
    let answer = quote_spanned!(span::generated()=> #krate::__private::Reply<()>);
    let call = quote_spanned!(span::generated()=> #krate::__private::Caller::notify);
    let methods = interface
        .methods
        .iter()
        .filter(|method| matches!(method.outcome, ContractOutcome::Value(_)))
        .map(|method| function(interface, method, &answer, &call));
    quote_spanned! {span::generated()=>
        #(#cfg)*
        #[doc = #text]
        #quiet
        #[derive(::core::clone::Clone, ::core::fmt::Debug)]
        #vis struct #notify<__Caller>(__Caller);

        #(#cfg)*
        #[automatically_derived]
        #quiet
        impl<__Caller: #krate::__private::Caller> #notify<__Caller> {
            #(#methods)*
        }
    }
}
