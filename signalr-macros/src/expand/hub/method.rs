use proc_macro2::TokenStream;
use quote::{format_ident, quote_spanned};
use syn::Ident;
use syn::ext::IdentExt;

use super::{authorize, call, service};
use crate::expand::span;
use crate::model::{Hub, Method, Role};

/// Enters every method into the table.
pub(super) fn describe(hub: &Hub) -> TokenStream {
    let krate = &hub.krate;
    let names = hub.contract.as_ref().map(|contract| {
        quote_spanned! {span::shown_at(contract)=>
            let __names = <dyn #contract as #krate::__private::HubInterface>::METHODS;
        }
    });
    let entries = hub.methods.iter().map(|method| entry(hub, method));
    quote_spanned!(span::generated()=> #names #(#entries)*)
}

fn entry(hub: &Hub, method: &Method) -> TokenStream {
    let krate = &hub.krate;
    let cfg = &method.cfg;
    let whose = format!("{}::{}", hub.name, method.ident);
    let services = service::needs(&method.parameters, &whose);
    let name = name(hub, method);
    let streaming = method.outcome.items().is_some();
    let authorize = authorize::list(krate, &method.authorize);
    let bind = bind(hub, method);
    let arguments = bound(method)
        .filter(|bound| matches!(bound.role, Role::Argument(_)))
        .count();
    let uploads = bound(method)
        .filter(|bound| matches!(bound.role, Role::Upload(_)))
        .count();
    quote_spanned! {span::generated()=>
        #(#cfg)*
        {
            #services
            __table.method(#krate::__private::server::Method {
                name: #name,
                arguments: #arguments,
                uploads: #uploads,
                streaming: #streaming,
                authorize: #authorize,
            }, #bind);
        }
    }
}

fn name(hub: &Hub, method: &Method) -> TokenStream {
    let text = &method.wire_name.text;
    if hub.is_contracted(method) {
        let krate = &hub.krate;
        let rust_name = method.ident.unraw().to_string();
        let names = quote_spanned!(span::shown_at(&hub.contract)=> __names);
        quote_spanned!(span::generated()=> #krate::__private::wire_name(#names, #rust_name))
    } else {
        quote_spanned!(span::generated()=> #text)
    }
}

/// A parameter that is bound from the wire, and the local that holds it.
#[derive(Debug)]
pub(super) struct Bound<'m> {
    pub(super) local: Ident,
    role: &'m Role,
}

/// The parameters that are bound from the wire.
pub(super) fn bound(method: &Method) -> impl Iterator<Item = Bound<'_>> {
    method
        .parameters
        .iter()
        .enumerate()
        .filter_map(|(index, parameter)| match &parameter.role {
            role @ (Role::Argument(_) | Role::Upload(_)) => Some(Bound {
                local: local(index),
                role,
            }),
            _ => None,
        })
}

/// The local for the parameter at this place.
pub(super) fn local(index: usize) -> Ident {
    format_ident!("__value{index}", span = span::generated())
}

/// Reads the arguments and prepares the call: a closure that captures nothing.
fn bind(hub: &Hub, method: &Method) -> TokenStream {
    let krate = &hub.krate;
    let count = bound(method)
        .filter(|bound| matches!(bound.role, Role::Argument(_)))
        .count();
    let arguments = bound(method).filter_map(|bound| match bound.role {
        Role::Argument(ty) => {
            let local = bound.local;
            Some(quote_spanned! {span::shown_at(ty)=>
                let #local = #krate::__private::argument::<#ty>(&mut __reader)?;
            })
        }
        _ => None,
    });
    let uploads: Vec<_> = bound(method)
        .filter_map(|bound| match bound.role {
            Role::Upload(ty) => {
                let local = bound.local;
                let upload = quote_spanned!(span::shown_at(ty)=> #krate::__private::upload_stream::<#ty, Self>);
                Some(quote_spanned!(span::generated()=> let #local = #upload(&mut __binder);))
            }
            _ => None,
        })
        .collect();
    let mutability = (!uploads.is_empty()).then(|| quote_spanned!(span::generated()=> mut));
    let call = call::start(method);
    let locals = bound(method).map(|bound| bound.local);
    quote_spanned! {span::generated()=>
        |#mutability __binder| {
            let mut __reader = __binder.arguments(#count);
            #(#arguments)*
            __reader.finish()?;
            #(#uploads)*
            ::core::result::Result::Ok(__binder.call((#(#locals,)*), #call))
        }
    }
}
