use proc_macro2::TokenStream;
use quote::{format_ident, quote_spanned};

use super::{call, service};
use crate::expand::span;
use crate::model::{Hook, Hub};

/// The function of the `Hub` trait that runs a lifecycle method.
pub(super) fn function(hub: &Hub, name: &str, hook: &Hook) -> TokenStream {
    let krate = &hub.krate;
    let Hook { cfg, ident, parameters, .. } = hook;
    let name = format_ident!("{name}", span = span::generated());
    let event = quote_spanned!(span::generated()=> event);
    let services = service::taken(parameters, &event);
    let arguments = call::arguments(parameters, &event);
    let wait = hook.is_async.then(|| quote_spanned!(span::generated()=> .await));
    let run = quote_spanned!(span::shown_at(ident)=> Self::#ident(event.hub() #arguments) #wait);
    let run = if hook.fallible {
        quote_spanned!(span::shown_at(ident)=> event.ok(#run))
    } else {
        quote_spanned!(span::generated()=> { #run; ::core::result::Result::Ok(()) })
    };
    let body = quote_spanned! {span::shown_at(ident)=>
        ::std::boxed::Box::pin(async move { #services #run })
    };
    quote_spanned! {span::generated()=>
        #(#cfg)*
        fn #name(event: #krate::__private::server::LifetimeEvent<Self>) -> #krate::__private::server::LifetimeFuture {
            #body
        }
    }
}
