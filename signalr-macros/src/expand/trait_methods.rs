use syn::{Path, ReturnType, parse_quote, parse_quote_spanned};

use crate::parse::{Body, Function, MemberKind, TraitBlock};

/// Rewrites the methods so that the trait can stand behind `dyn`, where the macros look for what belongs to it, and so
/// that the futures of its implementations are `Send`.
pub(crate) fn open(block: &mut TraitBlock) {
    for member in &mut block.members {
        if let MemberKind::Function(function) = &mut member.kind {
            open_function(function);
        }
    }
}

fn open_function(function: &mut Function) {
    let signature = &mut function.signature;
    if matches!(function.body, Body::None(_))
        && let Some(token) = signature.asyncness.take()
    {
        let output: syn::Type = match &signature.output {
            ReturnType::Default => parse_quote!(()),
            ReturnType::Type(_, ty) => (**ty).clone(),
        };
        signature.output = parse_quote_spanned! {token.span=>
            -> impl ::core::future::Future<Output = #output> + ::core::marker::Send
        };
    }
    let sized: Path = parse_quote!(::core::marker::Sized);
    signature
        .generics
        .make_where_clause()
        .predicates
        .push(parse_quote!(Self: #sized));
}
