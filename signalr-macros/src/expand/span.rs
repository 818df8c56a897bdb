use proc_macro2::Span;
use quote::ToTokens;

/// For code that is nobody's in particular.
pub(super) fn generated() -> Span {
    Span::mixed_site()
}

/// For code whose faults are to be shown at `tokens`.
pub(super) fn shown_at(tokens: &impl ToTokens) -> Span {
    let first = tokens.to_token_stream().into_iter().next();
    first.map_or_else(Span::mixed_site, |first| Span::mixed_site().located_at(first.span()))
}
