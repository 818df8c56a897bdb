use proc_macro2::TokenStream;
use quote::quote_spanned;

use super::method::{bound, local};
use super::service;
use crate::expand::span;
use crate::model::{Items, Method, Outcome, Parameter, Role};

/// What runs after binding: filters, then services, then the method, then the answer.
pub(super) fn start(method: &Method) -> TokenStream {
    let locals: Vec<_> = bound(method).map(|bound| bound.local).collect();
    let call = quote_spanned!(span::generated()=> call);
    let services = service::taken(&method.parameters, &call);
    let ident = &method.ident;
    let arguments = arguments(&method.parameters, &call);
    let wait = method
        .is_async
        .then(|| quote_spanned!(span::generated()=> .await));
    let answer = answer(&method.outcome);
    quote_spanned! {span::generated()=>
        move |call| async move {
            let (#(#locals,)*) = call.enter((#(#locals,)*)).await?;
            #services
            let outcome = (Self::#ident(call.hub() #arguments) #wait,);
            #answer
        }
    }
}

/// The arguments of the user's function after the receiver, each with a comma before it.
pub(super) fn arguments(parameters: &[Parameter], of: &TokenStream) -> TokenStream {
    let one = |(index, parameter): (usize, &Parameter)| match &parameter.role {
        Role::Context => {
            let (start, end) = (span::shown_at(&parameter.ty), span::end_of(&parameter.ty));
            let call = quote_spanned!(end=> ());
            quote_spanned!(start=> , #of.context #call)
        }
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
    let at = span::generated();
    match outcome {
        Outcome::Value(ty) => {
            let value = span::use_shown_at("outcome", ty);
            quote_spanned!(at=> call.value(#value).await)
        }
        Outcome::Result(fallible) => {
            let outcome = span::use_shown_at("outcome", &fallible.error);
            let value = span::use_shown_at("value", &fallible.value);
            quote_spanned! {at=>
                let value = (call.ok(#outcome)?,);
                call.value(#value).await
            }
        }
        Outcome::Stream(items) => {
            let answer = answer_items(items);
            quote_spanned!(at=> let stream = outcome; #answer)
        }
        Outcome::StreamResult(fallible, items) => {
            let outcome = span::use_shown_at("outcome", &fallible.error);
            let answer = answer_items(items);
            quote_spanned!(at=> let stream = (call.ok(#outcome)?,); #answer)
        }
    }
}

fn answer_items(items: &Items) -> TokenStream {
    let at = span::generated();
    match items {
        Items::Plain(ty) | Items::Of(ty) => {
            let stream = span::use_shown_at("stream", ty);
            quote_spanned!(at=> call.stream(#stream).await)
        }
        Items::Fallible(fallible) => {
            let stream = span::use_shown_at("stream", &fallible.error);
            quote_spanned!(at=> call.try_stream(#stream).await)
        }
    }
}
