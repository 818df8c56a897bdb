use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::Path;

use crate::expand::span::{self, Range};
use crate::model::{Hub, Items, Method, Outcome, Role};

/// One literal of the contract's struct, with the hub's signatures: the compiler finds what is missing, what is too
/// much and what has other types.
pub(super) fn comparison(hub: &Hub) -> Option<TokenStream> {
    let contract = hub.contract.as_ref()?;
    let krate = &hub.krate;
    let fields = hub
        .methods
        .iter()
        .filter(|method| hub.is_contracted(method))
        .map(|method| field(krate, method));
    // The span of the contract's name, because missing methods are reported at the struct's.
    let alias = Ident::new("Contract", span::shown_at(&contract.segments.last()));
    Some(quote_spanned! {span::generated()=>
        {
            type #alias = <dyn #contract as #krate::__private::HubInterface>::Contract;
            let _ = || #alias { #(#fields)* };
        }
    })
}

fn field(krate: &Path, method: &Method) -> TokenStream {
    let Method { cfg, ident, .. } = method;
    let arguments = method
        .parameters
        .iter()
        .filter_map(|parameter| match &parameter.role {
            Role::Argument(ty) => Some(ty.to_token_stream()),
            Role::Upload(ty) => {
                Some(quote_spanned!(span::generated()=> #krate::__private::UploadOf<#ty>))
            }
            _ => None,
        });
    let outcome = outcome(krate, &method.outcome);
    // From the name to the end of the signature: there another signature is reported.
    let range = Range::between(ident.span(), method.end);
    let signature = quote_spanned!(range.start=> #krate::__private::MethodSignature::<(#(#arguments,)*), #outcome>::new);
    let signature = starting_at(signature, range.start);
    let call = quote_spanned!(range.end=> ());
    quote_spanned!(span::generated()=> #(#cfg)* #ident: #signature #call,)
}

/// The tokens, the first of which is shown at `span`.
fn starting_at(tokens: TokenStream, span: Span) -> TokenStream {
    let mut tokens: Vec<_> = tokens.into_iter().collect();
    if let Some(first) = tokens.first_mut() {
        first.set_span(span);
    }
    tokens.into_iter().collect()
}

fn outcome(krate: &Path, outcome: &Outcome) -> TokenStream {
    match outcome {
        Outcome::Value(ty) => ty.to_token_stream(),
        Outcome::Result(fallible) => fallible.value.to_token_stream(),
        Outcome::Stream(items) | Outcome::StreamResult(_, items) => {
            let item = match items {
                Items::Plain(item) => item.to_token_stream(),
                Items::Fallible(fallible) => fallible.value.to_token_stream(),
                Items::Of(stream) => {
                    quote_spanned!(span::generated()=> <#stream as #krate::__private::Stream>::Item)
                }
            };
            quote_spanned!(span::generated()=> #krate::__private::StreamOf<#item>)
        }
    }
}
