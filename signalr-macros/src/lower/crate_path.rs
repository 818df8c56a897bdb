use quote::ToTokens;
use syn::{Path, parse_quote};

use super::shape;
use crate::attr::Arguments;
use crate::errors::Errors;

/// Where generated code finds the library: `crate = ..`, or `::signalr`. It is never looked up in a manifest, so that
/// the same code means the same everywhere.
pub(super) fn crate_path(arguments: &Arguments, errors: &mut Errors) -> Path {
    let Some(path) = arguments.path("crate") else {
        return parse_quote!(::signalr);
    };
    // `$crate` is how a `macro_rules!` macro writes its own crate.
    let rooted = path
        .segments
        .first()
        .is_some_and(|first| first.ident == "crate" || first.ident == "$crate");
    if path.leading_colon.is_none() && !rooted {
        let shown = shape::show(&path.to_token_stream());
        errors.at(
            path,
            format!("`crate` must start with `::` or `crate::`; write `::{shown}`"),
        );
        return parse_quote!(::signalr);
    }
    path.clone()
}
