/// What kind of bytes a hub protocol produces, and so which transports can carry it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum TransferFormat {
    /// UTF-8 text.
    Text,
    /// Any bytes.
    Binary,
}

impl TransferFormat {
    /// The name the wire uses, in negotiation and in error texts.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Text => "Text",
            Self::Binary => "Binary",
        }
    }
}
