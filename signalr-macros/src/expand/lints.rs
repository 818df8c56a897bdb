use proc_macro2::TokenStream;
use quote::quote;

/// Lints that generated code would raise in the user's crate: it calls what the user deprecated, and it offers what the
/// user need not use.
pub(super) fn quiet() -> TokenStream {
    quote!(#[allow(deprecated, dead_code, missing_debug_implementations, unused_variables, unreachable_code, clippy::all, clippy::pedantic)])
}
