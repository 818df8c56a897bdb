use std::borrow::Cow;
use std::fmt;

/// The peer broke the protocol: a message, frame or handshake that cannot be understood.
///
/// There is no way to go on after it: the connection has to be closed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ProtocolError {
    kind: &'static str,
    message: Cow<'static, str>,
}

impl ProtocolError {
    /// The kind of [`ProtocolError::json_syntax`].
    pub(super) const JSON_SYNTAX: &'static str = "JsonReaderException";

    pub(super) fn new(kind: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        let message = message.into();
        Self { kind, message }
    }

    /// The content is not what the protocol asks for.
    pub(super) fn invalid_data(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new("InvalidDataException", message)
    }

    /// A number or length is out of bounds.
    pub(super) fn format(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new("FormatException", message)
    }

    /// A value was asked for that its encoding does not hold.
    pub(super) fn invalid_operation(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new("InvalidOperationException", message)
    }

    /// Whether a message was, or could only have become, larger than this limit.
    #[cfg(feature = "client")]
    pub(crate) fn is_too_large(&self, limit: usize) -> bool {
        *self == super::frame::too_large(limit)
    }

    /// Messages are missing for good.
    #[cfg(feature = "client")]
    pub(crate) fn out_of_sequence(message: impl Into<Cow<'static, str>>) -> Self {
        Self::invalid_operation(message)
    }

    /// The text is not JSON.
    pub(super) fn json_syntax(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Self::JSON_SYNTAX, message)
    }

    /// The short name ASP.NET Core gives this kind of error, such as `InvalidDataException`.
    ///
    /// Detailed error texts put it before the message.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        self.kind
    }
}

impl fmt::Display for ProtocolError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for ProtocolError {}
