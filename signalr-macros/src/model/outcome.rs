use syn::Type;

use super::Items;

/// What a hub method returns.
#[derive(Debug)]
pub(crate) enum Outcome {
    Value(Type),
    Result(Fallible),
    Stream(Items),
    /// A `Result` of a stream.
    StreamResult(Fallible, Items),
}

impl Outcome {
    /// The items, where it is a stream.
    pub(crate) fn items(&self) -> Option<&Items> {
        match self {
            Self::Stream(items) | Self::StreamResult(_, items) => Some(items),
            Self::Value(_) | Self::Result(_) => None,
        }
    }
}

/// A `Result<T, E>`.
#[derive(Debug)]
pub(crate) struct Fallible {
    pub(crate) value: Box<Type>,
    /// The `E`, or the whole type where an alias hides it: where a wrong error type is shown.
    pub(crate) error: Box<Type>,
}
