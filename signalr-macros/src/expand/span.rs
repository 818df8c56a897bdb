use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{ToTokens, quote};

/// For code that is nobody's in particular.
pub(super) fn generated() -> Span {
    Span::mixed_site()
}

/// A use of the one-tuple `local`, shown at all of `tokens`: from its first token, which stands for the local, to its
/// last, which stands for the `0`.
pub(super) fn use_shown_at(local: &str, tokens: &impl ToTokens) -> TokenStream {
    let local = Ident::new(local, shown_at(tokens));
    let mut index = Literal::usize_unsuffixed(0);
    index.set_span(end_of(tokens));
    quote!(#local.#index)
}

/// For the last token of code whose faults are to be shown at all of `tokens`.
pub(super) fn end_of(tokens: &impl ToTokens) -> Span {
    let last = tokens.to_token_stream().into_iter().last();
    last.map_or_else(Span::mixed_site, |last| {
        Span::mixed_site().located_at(last.span())
    })
}

/// For code whose faults are to be shown at `tokens`.
pub(super) fn shown_at(tokens: &impl ToTokens) -> Span {
    let first = tokens.to_token_stream().into_iter().next();
    first.map_or_else(Span::mixed_site, |first| {
        Span::mixed_site().located_at(first.span())
    })
}
