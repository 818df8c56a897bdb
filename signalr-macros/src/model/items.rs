use syn::Type;

use super::Fallible;

/// The items of a stream that a hub method returns.
#[derive(Debug)]
pub(crate) enum Items {
    /// `impl Stream<Item = T>`: its `T`.
    Plain(Type),
    /// `impl Stream<Item = Result<T, E>>`
    Fallible(Fallible),
    /// A named stream type, whose item only the compiler knows.
    Of(Type),
}
