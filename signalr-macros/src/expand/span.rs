use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};

/// For code that is nobody's in particular.
pub(super) fn generated() -> Span {
    Span::mixed_site()
}

/// For code whose faults are to be shown at the first of `tokens`.
pub(super) fn shown_at(tokens: &impl ToTokens) -> Span {
    Range::of(tokens).start
}

/// Where the user's tokens begin and end. The compiler shows an expression from its first token to its last, so that
/// generated code that has these two spans there is shown as if it were what the user wrote.
#[derive(Debug, Clone, Copy)]
pub(super) struct Range {
    pub(super) start: Span,
    pub(super) end: Span,
}

impl Range {
    pub(super) fn of(tokens: &impl ToTokens) -> Self {
        let mut spans = tokens
            .to_token_stream()
            .into_iter()
            .map(|token| token.span());
        let start = spans.next().unwrap_or_else(generated);
        let end = spans.last().unwrap_or(start);
        Self::between(start, end)
    }

    /// Only the first token. What is awaited is checked twice, once at `await`; the same span makes it one error.
    pub(super) fn first_of(tokens: &impl ToTokens) -> Self {
        let Self { start, .. } = Self::of(tokens);
        Self { start, end: start }
    }

    pub(super) fn between(start: Span, end: Span) -> Self {
        let located = |span| generated().located_at(span);
        Self {
            start: located(start),
            end: located(end),
        }
    }

    /// The value in the one-tuple `local`.
    pub(super) fn value_in(self, local: &str) -> TokenStream {
        let local = Ident::new(local, self.start);
        let mut index = Literal::usize_unsuffixed(0);
        index.set_span(self.end);
        quote!(#local.#index)
    }

    /// `object.method(argument)`
    pub(super) fn call(self, object: &str, method: &str, argument: &TokenStream) -> TokenStream {
        let (object, method) = (
            Ident::new(object, self.start),
            Ident::new(method, self.start),
        );
        let argument = quote_spanned!(self.end=> (#argument));
        quote_spanned!(self.start=> #object.#method #argument)
    }

    /// As [`call`](Self::call), awaited.
    pub(super) fn awaited_call(
        self,
        object: &str,
        method: &str,
        argument: &TokenStream,
    ) -> TokenStream {
        let call = self.call(object, method, argument);
        quote_spanned!(self.end=> #call.await)
    }
}
