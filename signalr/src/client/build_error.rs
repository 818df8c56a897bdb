use std::borrow::Cow;
use std::error::Error;
use std::fmt;

/// A setting of a connection that makes no sense; the text says which and what to set instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuildError(Cow<'static, str>);

impl BuildError {
    pub(super) fn new(fault: impl Into<Cow<'static, str>>) -> Self {
        Self(fault.into())
    }
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for BuildError {}
