use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};

use crate::expand::{lints, span};
use crate::model::{Answer, ClientInterface, ClientMethod, Role};

/// The struct through which a hub calls its clients, and the way from the trait to it.
pub(super) fn proxy(interface: &ClientInterface) -> TokenStream {
    let ClientInterface {
        header,
        proxy,
        methods,
        ..
    } = interface;
    let (krate, cfg, vis, ident) = (&header.krate, &header.cfg, &header.vis, &header.ident);
    let quiet = lints::quiet();
    let text =
        format!(" Calls the methods of [`{ident}`] on the clients that the target addresses.");
    let methods = methods.iter().map(|one| method(interface, one));
    quote_spanned! {span::generated()=>
        #(#cfg)*
        #[doc = #text]
        #quiet
        #[derive(::core::clone::Clone, ::core::fmt::Debug)]
        #vis struct #proxy<__Target>(__Target);

        #(#cfg)*
        #[automatically_derived]
        #quiet
        impl<__Target: #krate::__private::Target> #proxy<__Target> {
            #(#methods)*
        }

        #(#cfg)*
        #[automatically_derived]
        #quiet
        impl #krate::__private::ClientInterface for dyn #ident {
            type Proxy<__Target: #krate::__private::Target> = #proxy<__Target>;

            fn proxy<__Target: #krate::__private::Target>(__target: __Target) -> Self::Proxy<__Target> {
                #proxy(__target)
            }
        }
    }
}

fn method(interface: &ClientInterface, method: &ClientMethod) -> TokenStream {
    let (krate, vis) = (&interface.header.krate, &interface.header.vis);
    let ClientMethod {
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
    let wire = || {
        method
            .parameters
            .iter()
            .filter_map(|parameter| match (&parameter.role, &parameter.ident) {
                (Role::Argument(ty), Some(name)) => Some((name, ty)),
                _ => None,
            })
    };
    let parameters = wire().map(|(name, ty)| quote!(#name: #ty));
    let arguments = wire().map(|(name, ty)| quote_spanned!(span::shown_at(ty)=> &#name));
    match &method.answer {
        Answer::None => quote_spanned! {span::generated()=>
            #(#carried)*
            #doc
            #vis fn #ident(&self #(, #parameters)*) -> #krate::__private::ClientSend {
                #krate::__private::Target::send(&self.0, #name, &[#(#arguments),*])
            }
        },
        Answer::Value(ty) | Answer::Result(ty) => quote_spanned! {span::generated()=>
            #(#carried)*
            #doc
            #vis fn #ident(&self #(, #parameters)*) -> #krate::__private::ClientAnswer<#ty>
            where
                __Target: #krate::__private::SingleTarget,
            {
                #krate::__private::ask::<#ty, __Target>(&self.0, #name, &[#(#arguments),*])
            }
        },
    }
}
