use proc_macro2::TokenStream;
use quote::{ToTokens, quote_spanned};
use syn::Type;

use super::method::{bound, local};
use super::service;
use crate::expand::span::{self, Range};
use crate::model::{Fallible, Items, Method, Outcome, Parameter, Role};

/// What runs after binding, rights and filters: services, then the method, then the answer.
pub(super) fn start(method: &Method) -> TokenStream {
    let locals = bound(method).map(|bound| bound.local);
    let call = quote_spanned!(span::generated()=> __call);
    let services = service::taken(&method.parameters, &call);
    let ident = &method.ident;
    let arguments = arguments(&method.parameters, "__call");
    let wait = method
        .is_async
        .then(|| quote_spanned!(span::generated()=> .await));
    let answer = answer(&method.outcome);
    let running = quote_spanned! {span::generated()=>
        async move {
            #services
            let __outcome = (Self::#ident(__call.hub() #arguments) #wait,);
            #answer
        }
    };
    // At the method's name, because a future that is not `Send` is reported here.
    let running = quote_spanned!(span::shown_at(ident)=> ::std::boxed::Box::pin(#running));
    quote_spanned!(span::generated()=> |__call, (#(#locals,)*)| #running)
}

/// The arguments of the user's function after the receiver, each with a comma before it. `of` is the local that gives
/// what is not bound.
pub(super) fn arguments(parameters: &[Parameter], of: &str) -> TokenStream {
    let nothing = TokenStream::new();
    let one = |(index, parameter): (usize, &Parameter)| {
        let range = Range::of(&parameter.ty);
        let value = match &parameter.role {
            Role::Context => range.call(of, "context", &nothing),
            Role::Token => range.call(of, "token", &nothing),
            Role::Cause => range.call(of, "cause", &nothing),
            Role::Argument(_) | Role::Upload(_) | Role::Service(_) => {
                local(index).to_token_stream()
            }
        };
        quote_spanned!(span::generated()=> , #value)
    };
    parameters.iter().enumerate().map(one).collect()
}

fn answer(outcome: &Outcome) -> TokenStream {
    let at = span::generated();
    match outcome {
        Outcome::Value(ty) => answer_value("__outcome", ty),
        Outcome::Result(fallible) => {
            let value = value_of(fallible);
            let answer = answer_value("__value", &fallible.value);
            quote_spanned!(at=> let __value = (#value,); #answer)
        }
        Outcome::Stream(items) => answer_items("__outcome", items),
        Outcome::StreamResult(fallible, items) => {
            let stream = value_of(fallible);
            let answer = answer_items("__stream", items);
            quote_spanned!(at=> let __stream = (#stream,); #answer)
        }
    }
}

/// The value of the `Result` in `outcome`.
fn value_of(fallible: &Fallible) -> TokenStream {
    let range = Range::of(&fallible.error);
    let result = range.call("__call", "ok", &range.value_in("__outcome"));
    quote_spanned!(range.end=> #result?)
}

fn answer_items(local: &str, items: &Items) -> TokenStream {
    match items {
        Items::Plain(ty) | Items::Of(ty) => answer_stream("stream", local, ty),
        Items::Fallible(fallible) => answer_stream("try_stream", local, &fallible.error),
    }
}

/// Answers with the value in `local`; faults are shown at the user's `ty`.
fn answer_value(local: &str, ty: &Type) -> TokenStream {
    let range = Range::of(ty);
    range.call("__call", "value", &range.value_in(local))
}

/// Answers with the stream in `local`; faults are shown at the user's `ty`.
fn answer_stream(method: &str, local: &str, ty: &Type) -> TokenStream {
    let range = Range::first_of(ty);
    range.awaited_call("__call", method, &range.value_in(local))
}
