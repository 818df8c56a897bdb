use proc_macro2::TokenStream;
use quote::{format_ident, quote_spanned};
use syn::Ident;

use crate::expand::{lints, span};
use crate::model::{Answer, ClientInterface, ClientMethod, Role};

/// The struct through which a client takes the hub's calls.
pub(super) fn receiver(interface: &ClientInterface) -> TokenStream {
    let ClientInterface {
        header,
        receiver,
        methods,
        ..
    } = interface;
    let (krate, cfg, vis, ident) = (&header.krate, &header.cfg, &header.vis, &header.ident);
    let quiet = lints::quiet();
    let text = format!(" Takes a hub's calls for an implementation of [`{ident}`].");
    let methods = methods.iter().map(|one| method(interface, one));
    quote_spanned! {span::generated()=>
        #(#cfg)*
        #[doc = #text]
        #quiet
        #[derive(::core::clone::Clone, ::core::fmt::Debug)]
        #vis struct #receiver<__Client>(#vis __Client);

        #(#cfg)*
        #[automatically_derived]
        #quiet
        impl<__Client> #krate::__private::Receiver for #receiver<__Client>
        where
            __Client: #ident + ::core::marker::Send + ::core::marker::Sync + 'static,
        {
            fn receive(
                self: ::std::sync::Arc<Self>,
                __method: &::core::primitive::str,
                __arguments: &#krate::__private::RawArguments<'_>,
            ) -> #krate::__private::Received {
                #krate::__private::received(move || {
                    #(#methods)*
                    ::core::result::Result::Ok(::core::option::Option::None)
                })
            }
        }
    }
}

fn method(interface: &ClientInterface, method: &ClientMethod) -> TokenStream {
    let (krate, interface) = (&interface.header.krate, &interface.header.ident);
    let ClientMethod {
        ident, wire_name, ..
    } = method;
    let cfg = method
        .carried
        .iter()
        .filter(|attribute| attribute.path().is_ident("cfg"));
    let name = &wire_name.text;
    let types: Vec<_> = method
        .parameters
        .iter()
        .filter_map(|parameter| match &parameter.role {
            Role::Argument(ty) => Some(ty),
            _ => None,
        })
        .collect();
    let count = types.len();
    let locals: Vec<Ident> = (0..count)
        .map(|index| format_ident!("__value{index}", span = span::generated()))
        .collect();
    let arguments = types.iter().zip(&locals).map(|(ty, local)| {
        quote_spanned! {span::shown_at(ty)=>
            let #local = #krate::__private::received_argument::<#ty>(&mut __reader)?;
        }
    });
    let answer = answer(
        method,
        &quote_spanned!(span::generated()=> #krate::__private),
    );
    quote_spanned! {span::generated()=>
        #(#cfg)*
        if __method.eq_ignore_ascii_case(#name) {
            let mut __reader = __arguments.reader(#count);
            #(#arguments)*
            __reader.finish()?;
            return ::core::result::Result::Ok(::core::option::Option::Some(::std::boxed::Box::pin(async move {
                let __outcome = <__Client as #interface>::#ident(&self.0 #(, #locals)*).await;
                #answer
            })));
        }
    }
}

fn answer(method: &ClientMethod, private: &TokenStream) -> TokenStream {
    match &method.answer {
        Answer::None => quote_spanned!(span::generated()=> #private::Answer::None),
        Answer::Value(ty) => quote_spanned!(span::shown_at(ty)=> #private::answer(__outcome)),
        Answer::Result(ty) => {
            let value = quote_spanned!(span::shown_at(ty)=> #private::answer(__value));
            quote_spanned! {span::generated()=>
                match __outcome {
                    ::core::result::Result::Ok(__value) => #value,
                    ::core::result::Result::Err(__error) => #private::Answer::error(__error),
                }
            }
        }
    }
}
