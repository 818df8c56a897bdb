use syn::Type;

use super::Items;

/// What a hub method returns.
#[derive(Debug)]
pub(crate) enum Outcome {
    Value(Type),
    /// A `Result`, as written, and the type of its value.
    Result { written: Box<Type>, value: Type },
    Stream(Items),
    /// A `Result` of a stream.
    StreamResult(Items),
}

impl Outcome {
    /// The items, where it is a stream.
    pub(crate) fn items(&self) -> Option<&Items> {
        match self {
            Self::Stream(items) | Self::StreamResult(items) => Some(items),
            Self::Value(_) | Self::Result { .. } => None,
        }
    }
}
