use std::borrow::Cow;
use std::error::Error;
use std::fmt;

use super::{ClientResultError, SendError, StreamError, short_type_name};

/// Why a hub method, a stream or a lifetime event failed.
///
/// A *visible* error is written for the caller and always reaches it. A *hidden* one is logged on
/// the server; the caller learns its text only where
/// [`enable_detailed_errors`](crate::server::HubOptions::enable_detailed_errors) is on. This is
/// the difference between `HubException` and every other exception in ASP.NET Core SignalR.
///
/// Nothing converts into a `HubError` by accident: an application decides for each of its error
/// types with `impl From<MyError> for HubError`, or at the call with [`ResultExt`].
pub struct HubError {
    kind: Cow<'static, str>,
    message: Cow<'static, str>,
    visible: bool,
    source: Option<Box<dyn Error + Send + Sync>>,
}

impl HubError {
    /// An error that the caller is meant to read; its kind is `HubException`.
    #[must_use]
    pub fn visible(message: impl Into<Cow<'static, str>>) -> Self {
        Self {
            kind: Cow::Borrowed("HubException"),
            message: message.into(),
            visible: true,
            source: None,
        }
    }

    /// An error that stays on the server; its kind is the short name of its type.
    #[must_use]
    pub fn hidden<E: Into<Box<dyn Error + Send + Sync>>>(error: E) -> Self {
        let source = error.into();
        Self {
            kind: Cow::Borrowed(short_type_name::<E>()),
            message: Cow::Owned(source.to_string()),
            visible: false,
            source: Some(source),
        }
    }

    /// Replaces the kind: the name before the message, as in `HubException: no such room`.
    #[must_use]
    pub fn with_kind(mut self, kind: impl Into<Cow<'static, str>>) -> Self {
        self.kind = kind.into();
        self
    }

    /// The name that stands before the message.
    #[must_use]
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// The message without its kind.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Whether the caller may read the message although detailed errors are off.
    #[must_use]
    pub fn is_visible(&self) -> bool {
        self.visible
    }

    #[cfg(feature = "server")]
    pub(crate) fn framework(kind: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        Self {
            kind: Cow::Borrowed(kind),
            message: message.into(),
            visible: false,
            source: None,
        }
    }

    /// `base`, or `base Kind: message` where the caller may know.
    #[cfg(feature = "server")]
    pub(crate) fn describe(&self, base: &str, detailed: bool) -> String {
        if self.visible || detailed {
            format!("{base} {}: {}", self.kind, self.message)
        } else {
            base.to_owned()
        }
    }
}

impl fmt::Debug for HubError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HubError")
            .field("kind", &self.kind)
            .field("message", &self.message)
            .field("visible", &self.visible)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for HubError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.kind, self.message)
    }
}

impl Error for HubError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}

impl From<SendError> for HubError {
    fn from(error: SendError) -> Self {
        let kind = error.kind();
        Self::hidden(error).with_kind(kind)
    }
}

impl From<StreamError> for HubError {
    fn from(error: StreamError) -> Self {
        let kind = error.kind();
        let visible = error.is_visible();
        let mut error = Self::hidden(error).with_kind(kind);
        error.visible = visible;
        error
    }
}

impl From<ClientResultError> for HubError {
    fn from(error: ClientResultError) -> Self {
        let kind = error.kind();
        let visible = error.is_visible();
        let mut error = Self::hidden(error).with_kind(kind);
        error.visible = visible;
        error
    }
}

/// Decides at the call whether an error may be read by the caller.
pub trait ResultExt<T>: sealed::Sealed {
    /// Turns the error into a [`HubError::visible`] with the error's text.
    ///
    /// # Errors
    /// Returns the error that was there.
    fn visible(self) -> Result<T, HubError>;

    /// Turns the error into a [`HubError::hidden`].
    ///
    /// # Errors
    /// Returns the error that was there.
    fn hidden(self) -> Result<T, HubError>;
}

mod sealed {
    pub trait Sealed {}
    impl<T, E> Sealed for Result<T, E> {}
}

impl<T, E: Into<Box<dyn Error + Send + Sync>>> ResultExt<T> for Result<T, E> {
    fn visible(self) -> Result<T, HubError> {
        self.map_err(|error| HubError::visible(error.into().to_string()))
    }

    fn hidden(self) -> Result<T, HubError> {
        self.map_err(HubError::hidden)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hidden_error_is_named_by_its_type() {
        let error = HubError::hidden(std::fmt::Error);
        assert_eq!(error.kind(), "Error");
        assert!(!error.is_visible());
    }

    #[test]
    fn results_say_who_may_read() {
        let failed: Result<(), _> = "x".parse::<u8>().map(drop);
        assert!(failed.clone().visible().unwrap_err().is_visible());
        assert_eq!(failed.hidden().unwrap_err().kind(), "ParseIntError");
    }
}
