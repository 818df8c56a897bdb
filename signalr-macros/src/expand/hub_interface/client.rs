use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::Ident;
use syn::ext::IdentExt;

use crate::expand::{lints, span};
use crate::model::{ContractMethod, ContractOutcome, HubInterface, Role};

/// The typed client.
pub(super) fn client(interface: &HubInterface) -> TokenStream {
    let HubInterface {
        header,
        client,
        methods,
    } = interface;
    let (krate, cfg, vis, ident) = (&header.krate, &header.cfg, &header.vis, &header.ident);
    let quiet = lints::quiet();
    let notify = notify_name(interface);
    let text = format!(" Calls the methods of [`{ident}`] on a hub and waits for their answers.");
    let methods = methods.iter().map(|one| method(interface, one));
    quote_spanned! {span::generated()=>
        #(#cfg)*
        #[doc = #text]
        #quiet
        #[derive(::core::clone::Clone, ::core::fmt::Debug)]
        #vis struct #client<__Caller>(__Caller);

        #(#cfg)*
        #[automatically_derived]
        #quiet
        impl<__Caller: #krate::__private::Caller> #client<__Caller> {
            /// A client that calls through a connection.
            #[must_use]
            #vis fn new(__caller: &__Caller) -> Self {
                Self(::core::clone::Clone::clone(__caller))
            }

            /// The same methods, called without waiting for an answer.
            #[must_use]
            #vis fn notify(&self) -> #notify<__Caller> {
                #notify(::core::clone::Clone::clone(&self.0))
            }

            #(#methods)*
        }
    }
}

pub(super) fn notify_name(interface: &HubInterface) -> Ident {
    let ident = &interface.header.ident;
    format_ident!("{}Notify", ident.unraw(), span = ident.span())
}

fn method(interface: &HubInterface, method: &ContractMethod) -> TokenStream {
    let krate = &interface.header.krate;
    let (answer, call) = match &method.outcome {
        ContractOutcome::Value(ty) => (
            quote_spanned!(span::generated()=> #krate::__private::Reply<#ty>),
            quote_spanned!(span::generated()=> #krate::__private::invoke::<#ty, __Caller>),
        ),
        ContractOutcome::Stream(ty) => (
            quote_spanned!(span::generated()=> #krate::__private::StartedStream<#ty>),
            quote_spanned!(span::generated()=> #krate::__private::stream::<#ty, __Caller>),
        ),
    };
    function(interface, method, &answer, &call)
}

/// A method that hands its arguments to `call`.
pub(super) fn function(
    interface: &HubInterface,
    method: &ContractMethod,
    answer: &TokenStream,
    call: &TokenStream,
) -> TokenStream {
    let (krate, vis) = (&interface.header.krate, &interface.header.vis);
    let ContractMethod {
        carried,
        ident,
        wire_name,
        ..
    } = method;
    let name = &wire_name.text;
    let documented = carried
        .iter()
        .any(|attribute| attribute.path().is_ident("doc"));
    let doc = (!documented).then(|| {
        let text = format!(" Calls `{name}`.");
        quote!(#[doc = #text])
    });
    let named = || {
        method
            .parameters
            .iter()
            .filter_map(|one| one.ident.as_ref().map(|ident| (ident, &one.role)))
    };
    let parameters = named().filter_map(|(ident, role)| match role {
        Role::Argument(ty) => Some(quote!(#ident: #ty)),
        Role::Upload(ty) => Some(quote_spanned! {span::generated()=>
            #ident: impl #krate::__private::Stream<Item = #ty> + ::core::marker::Send + 'static
        }),
        _ => None,
    });
    let arguments = named().filter_map(|(ident, role)| match role {
        Role::Argument(ty) => Some(quote_spanned!(span::shown_at(ty)=> &#ident)),
        _ => None,
    });
    let uploads = named().filter_map(|(ident, role)| match role {
        Role::Upload(ty) => {
            Some(quote_spanned!(span::shown_at(ty)=> #krate::__private::upload::<#ty>(#ident)))
        }
        _ => None,
    });
    quote_spanned! {span::generated()=>
        #(#carried)*
        #doc
        #vis fn #ident(&self #(, #parameters)*) -> #answer {
            #call(&self.0, #name, &[#(#arguments),*], ::std::vec![#(#uploads),*])
        }
    }
}
