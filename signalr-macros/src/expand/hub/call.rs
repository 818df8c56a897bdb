use proc_macro2::TokenStream;
use quote::quote_spanned;

use super::method::{bound, local};
use super::service;
use crate::expand::span;
use crate::model::{Method, Outcome, Parameter, Role};

/// What runs after binding: filters, then services, then the method, then the answer.
pub(super) fn start(method: &Method) -> TokenStream {
    let locals: Vec<_> = bound(method).map(|bound| bound.local).collect();
    let services = service::taken(&method.parameters, &quote_spanned!(span::generated()=> call));
    let ident = &method.ident;
    let arguments = arguments(&method.parameters, &quote_spanned!(span::generated()=> call));
    let wait = method.is_async.then(|| quote_spanned!(span::generated()=> .await));
    let answer = answer(&method.outcome);
    // At the method's name, because a future that is not `Send` is reported here.
    quote_spanned! {span::shown_at(ident)=>
        move |call| async move {
            let (#(#locals,)*) = call.enter((#(#locals,)*)).await?;
            #services
            let outcome = Self::#ident(call.hub() #arguments) #wait;
            #answer
        }
    }
}

/// The arguments of the user's function after the receiver, each with a comma before it.
pub(super) fn arguments(parameters: &[Parameter], of: &TokenStream) -> TokenStream {
    let one = |(index, parameter): (usize, &Parameter)| match &parameter.role {
        Role::Context => quote_spanned!(span::generated()=> , #of.context()),
        Role::Token => quote_spanned!(span::generated()=> , #of.token()),
        Role::Cause => quote_spanned!(span::generated()=> , #of.cause()),
        Role::Argument(_) | Role::Upload(_) | Role::Service(_) => {
            let local = local(index);
            quote_spanned!(span::generated()=> , #local)
        }
    };
    parameters.iter().enumerate().map(one).collect()
}

fn answer(outcome: &Outcome) -> TokenStream {
    match outcome {
        Outcome::Value(ty) => quote_spanned!(span::shown_at(ty)=> call.value(outcome).await),
        Outcome::Result { written, .. } => quote_spanned!(span::shown_at(written)=> call.value(call.ok(outcome)?).await),
        Outcome::Stream(items) | Outcome::StreamResult(items) => {
            let at = span::generated();
            let stream = match outcome {
                Outcome::StreamResult(_) => quote_spanned!(at=> call.ok(outcome)?),
                _ => quote_spanned!(at=> outcome),
            };
            if items.is_fallible() {
                quote_spanned!(at=> call.try_stream(#stream).await)
            } else {
                quote_spanned!(at=> call.stream(#stream).await)
            }
        }
    }
}
