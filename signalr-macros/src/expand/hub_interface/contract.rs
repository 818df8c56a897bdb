use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote_spanned};
use syn::ext::IdentExt;
use syn::{Attribute, Path};

use crate::expand::{lints, span};
use crate::model::{ContractMethod, ContractOutcome, HubInterface, Role};

/// A struct with one field for each method, whose type is the method's signature, and the list of wire names.
pub(super) fn contract(interface: &HubInterface) -> TokenStream {
    let HubInterface {
        header, methods, ..
    } = interface;
    let (krate, cfg, vis, ident) = (&header.krate, &header.cfg, &header.vis, &header.ident);
    let quiet = lints::quiet();
    let contract = format_ident!("{}Contract", ident.unraw(), span = ident.span());
    let fields = methods.iter().map(|method| {
        let (cfg, ident, signature) = (cfg_of(method), &method.ident, signature(krate, method));
        quote_spanned!(span::generated()=> #(#cfg)* #vis #ident: #signature,)
    });
    let names = methods.iter().map(|method| {
        let (cfg, rust_name, wire_name) = (
            cfg_of(method),
            method.ident.unraw().to_string(),
            &method.wire_name.text,
        );
        quote_spanned!(span::generated()=> #(#cfg)* (#rust_name, #wire_name),)
    });
    quote_spanned! {span::generated()=>
        #(#cfg)*
        #[doc(hidden)]
        #quiet
        #vis struct #contract {
            #(#fields)*
        }

        #(#cfg)*
        #[automatically_derived]
        #quiet
        impl #krate::__private::HubInterface for dyn #ident {
            type Contract = #contract;
            const METHODS: &'static [(&'static ::core::primitive::str, &'static ::core::primitive::str)] =
                &[#(#names)*];
        }
    }
}

fn cfg_of(method: &ContractMethod) -> impl Iterator<Item = &Attribute> {
    method
        .carried
        .iter()
        .filter(|attribute| attribute.path().is_ident("cfg"))
}

fn signature(krate: &Path, method: &ContractMethod) -> TokenStream {
    let at = span::generated();
    let arguments = method
        .parameters
        .iter()
        .filter_map(|parameter| match &parameter.role {
            Role::Argument(ty) => Some(ty.to_token_stream()),
            Role::Upload(ty) => Some(quote_spanned!(at=> #krate::__private::UploadOf<#ty>)),
            _ => None,
        });
    let outcome = match &method.outcome {
        ContractOutcome::Value(ty) => ty.to_token_stream(),
        ContractOutcome::Stream(item) => quote_spanned!(at=> #krate::__private::StreamOf<#item>),
    };
    quote_spanned!(at=> #krate::__private::MethodSignature<(#(#arguments,)*), #outcome>)
}
