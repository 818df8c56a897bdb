use std::error::Error;
use std::fmt;

use super::DecodeError;

/// The arguments of an invocation do not fit the method it calls.
///
/// Only the call fails; the connection goes on. Displays as ASP.NET Core words it.
#[derive(Debug)]
#[non_exhaustive]
pub enum BindError {
    /// More or fewer arguments came than the method takes.
    WrongCount {
        /// How many came.
        provided: usize,
        /// How many the method takes.
        expected: usize,
    },
    /// An argument does not fit the type of its parameter.
    WrongType {
        /// Which one, counted from 0.
        index: usize,
        /// What does not fit. Not part of the displayed text, because that goes to the caller.
        detail: DecodeError,
    },
    /// A comma follows the last argument (JSON only).
    TrailingComma,
}

impl BindError {
    /// The short name ASP.NET Core gives this kind of error, such as `InvalidDataException`.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::WrongCount { .. } | Self::WrongType { .. } => "InvalidDataException",
            Self::TrailingComma => "JsonReaderException",
        }
    }
}

impl fmt::Display for BindError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WrongCount { provided, expected } => {
                write!(f, "Invocation provides {provided} argument(s) but target expects {expected}.")
            }
            Self::WrongType { .. } => f.write_str(
                "Error binding arguments. Make sure that the types of the provided values match the types of the hub \
                 method being invoked.",
            ),
            Self::TrailingComma => f.write_str(
                "The JSON array contains a trailing comma at the end which is not supported in this mode. Change the \
                 reader options.",
            ),
        }
    }
}

impl Error for BindError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::WrongType { detail, .. } => Some(detail),
            Self::WrongCount { .. } | Self::TrailingComma => None,
        }
    }
}
