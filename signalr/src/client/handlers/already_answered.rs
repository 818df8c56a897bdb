use std::error::Error;
use std::fmt;

/// A second handler with a result was added for one method: only one can answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlreadyAnswered(Box<str>);

impl AlreadyAnswered {
    pub(super) fn new(method: &str) -> Self {
        Self(method.into())
    }
}

impl fmt::Display for AlreadyAnswered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "'{}' already has a value returning handler. Multiple return values are not supported.",
            self.0
        )
    }
}

impl Error for AlreadyAnswered {}
