use std::error::Error;
use std::fmt;

use crate::error::HubError;

/// A service could not be had.
#[derive(Debug)]
#[non_exhaustive]
pub enum ServiceError {
    /// Nothing is registered for this type and key.
    Missing {
        /// The type's full name.
        type_name: &'static str,
        /// The key that was asked for.
        key: Option<String>,
    },
    /// Making the service failed.
    Failed(Box<dyn Error + Send + Sync>),
}

impl ServiceError {
    /// The service could not be made for this reason.
    pub fn failed(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Failed(cause.into())
    }
}

impl fmt::Display for ServiceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing {
                type_name,
                key: None,
            } => write!(f, "No service for type '{type_name}' has been registered."),
            Self::Missing {
                type_name,
                key: Some(key),
            } => write!(
                f,
                "No service for type '{type_name}' has been registered under the key '{key}'."
            ),
            Self::Failed(cause) => write!(f, "A service could not be made: {cause}"),
        }
    }
}

impl Error for ServiceError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Missing { .. } => None,
            Self::Failed(cause) => Some(cause.as_ref()),
        }
    }
}

impl From<ServiceError> for HubError {
    fn from(error: ServiceError) -> Self {
        Self::hidden(error).with_kind("InvalidOperationException")
    }
}
