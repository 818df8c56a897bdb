use syn::Type;

/// The items of a stream that a hub method returns.
#[derive(Debug)]
pub(crate) enum Items {
    /// `impl Stream<Item = T>`: its `T`.
    Plain(Type),
    /// `impl Stream<Item = Result<T, E>>`: its `T`.
    Fallible(Type),
    /// A named stream type, whose item only the compiler knows.
    Of(Type),
}

impl Items {
    pub(crate) fn is_fallible(&self) -> bool {
        matches!(self, Self::Fallible(_))
    }
}
