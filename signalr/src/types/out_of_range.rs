//! A value that its .NET type cannot hold.

use std::error::Error;
use std::fmt;

/// A value that its .NET type cannot hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutOfRange {
    /// The .NET type.
    type_name: &'static str,
}

impl OutOfRange {
    pub(super) fn of(type_name: &'static str) -> Self {
        Self { type_name }
    }
}

impl fmt::Display for OutOfRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the value is out of the range of {}", self.type_name)
    }
}

impl Error for OutOfRange {}
