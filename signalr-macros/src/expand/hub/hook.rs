use proc_macro2::TokenStream;
use quote::{format_ident, quote_spanned};

use super::{call, service};
use crate::expand::span::{self, Range};
use crate::model::{Hook, Hub};

/// The function of the `Hub` trait that runs a lifecycle method.
pub(super) fn function(hub: &Hub, name: &str, hook: &Hook) -> TokenStream {
    let krate = &hub.krate;
    let Hook {
        cfg,
        ident,
        parameters,
        ..
    } = hook;
    let name = format_ident!("{name}", span = span::generated());
    let event = quote_spanned!(span::generated()=> __event);
    let services = service::taken(parameters, &event);
    let arguments = call::arguments(parameters, "__event");
    let wait = hook
        .is_async
        .then(|| quote_spanned!(span::generated()=> .await));
    let outcome = match &hook.fallible {
        Some(fallible) => {
            let range = Range::of(&fallible.error);
            range.call("__event", "ok", &range.value_in("__outcome"))
        }
        None => quote_spanned!(span::generated()=> ::core::result::Result::Ok(())),
    };
    let running = quote_spanned! {span::generated()=>
        async move {
            #services
            let __outcome = (Self::#ident(__event.hub() #arguments) #wait,);
            #outcome
        }
    };
    // At the method's name, because a future that is not `Send` is reported here.
    let body = quote_spanned!(span::shown_at(ident)=> ::std::boxed::Box::pin(#running));
    quote_spanned! {span::generated()=>
        #(#cfg)*
        fn #name(__event: #krate::__private::server::LifetimeEvent<Self>) -> #krate::__private::server::LifetimeFuture {
            #body
        }
    }
}
