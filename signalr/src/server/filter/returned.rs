use std::any::Any;
use std::fmt;

use serde::Serialize;

use crate::protocol::Argument;

/// What a hub method returned, or what a filter returns in its place.
pub struct Returned(Kind);

enum Kind {
    Value(Box<dyn Value>),
    Stream,
}

/// A value that can be looked at and written.
trait Value: Argument + Any + Send {
    fn as_argument(&self) -> &dyn Argument;
    fn as_any(&self) -> &dyn Any;
    fn into_any(self: Box<Self>) -> Box<dyn Any + Send>;
}

impl<T: Serialize + Any + Send> Value for T {
    fn as_argument(&self) -> &dyn Argument {
        self
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any + Send> {
        self
    }
}

impl Returned {
    /// Returns this value, whatever the method's type is.
    pub fn new(value: impl Serialize + Send + 'static) -> Self {
        Self(Kind::Value(Box::new(value)))
    }

    pub(in crate::server) fn stream() -> Self {
        Self(Kind::Stream)
    }

    /// Whether the method returned a stream; its items do not pass through filters.
    #[must_use]
    pub fn is_stream(&self) -> bool {
        matches!(self.0, Kind::Stream)
    }

    /// The value, if it is of this type.
    #[must_use]
    pub fn value<T: 'static>(&self) -> Option<&T> {
        match &self.0 {
            Kind::Value(value) => (**value).as_any().downcast_ref(),
            Kind::Stream => None,
        }
    }

    /// Takes the value out, if it is of this type.
    ///
    /// # Errors
    /// It is not; here it is again.
    pub fn into_value<T: 'static>(self) -> Result<T, Self> {
        if self.value::<T>().is_none() {
            return Err(self);
        }
        match self.0 {
            Kind::Value(value) => match value.into_any().downcast() {
                Ok(value) => Ok(*value),
                Err(_) => Err(Self(Kind::Stream)),
            },
            Kind::Stream => Err(self),
        }
    }

    pub(in crate::server) fn as_argument(&self) -> Option<&dyn Argument> {
        match &self.0 {
            Kind::Value(value) => Some((**value).as_argument()),
            Kind::Stream => None,
        }
    }
}

impl fmt::Debug for Returned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Kind::Value(_) => "Returned::Value(..)",
            Kind::Stream => "Returned::Stream",
        })
    }
}
