//! What a server did otherwise than its vector says.

use std::error::Error;
use std::fmt;

/// Why a step of a vector failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// Something else came than was recorded.
    Differs {
        /// What the vector says.
        expected: String,
        /// What the server did.
        got: String,
    },
    /// The server could not be talked to as the vector wants.
    Broken(String),
}

impl Failure {
    pub(super) fn differs(expected: impl fmt::Display, got: impl fmt::Display) -> Self {
        Self::Differs {
            expected: expected.to_string(),
            got: got.to_string(),
        }
    }

    pub(super) fn broken(what: impl fmt::Display) -> Self {
        Self::Broken(what.to_string())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Differs { expected, got } => {
                write!(f, "\n    expected {expected}\n    got      {got}")
            }
            Self::Broken(what) => f.write_str(what),
        }
    }
}

impl Error for Failure {}

/// A failed vector, with the step it failed at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VectorFailure {
    /// The step, counted from 1, and its text; none if the failure lies before or after all steps.
    pub step: Option<(usize, String)>,
    /// What went wrong.
    pub failure: Failure,
}

impl From<Failure> for VectorFailure {
    fn from(failure: Failure) -> Self {
        Self {
            step: None,
            failure,
        }
    }
}

impl fmt::Display for VectorFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.step {
            Some((number, text)) => write!(f, "at step {number} {text}: {}", self.failure),
            None => write!(f, "{}", self.failure),
        }
    }
}

impl Error for VectorFailure {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.failure)
    }
}
