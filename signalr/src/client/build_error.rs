use std::error::Error;
use std::fmt;

/// A setting of a connection that makes no sense; the text says which and what to set instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuildError(&'static str);

impl BuildError {
    pub(super) fn new(fault: &'static str) -> Self {
        Self(fault)
    }
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl Error for BuildError {}
