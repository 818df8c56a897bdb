use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use crate::protocol::{Argument, BindError, RawArguments};

/// Takes the calls that a server makes on this client.
///
/// `#[client_interface] trait ChatClient` writes `ChatClientReceiver`, which implements it for
/// any implementation of the trait.
pub trait Receiver: Send + Sync + 'static {
    /// Binds one call. The name is compared without regard to case.
    fn receive(self: Arc<Self>, method: &str, arguments: &RawArguments<'_>) -> Received;
}

/// What became of a call from the server.
pub enum Received {
    /// No such method.
    Unknown,
    /// The arguments have other types, or there are too many or too few.
    Unbound(BindError),
    /// The call, not yet started.
    Call(AnswerFuture),
}

/// A call from the server, running.
pub type AnswerFuture = Pin<Box<dyn Future<Output = Answer> + Send>>;

/// What a client method answers.
pub enum Answer {
    /// The method has no result.
    None,
    /// The result.
    Value(Box<dyn Argument + Send>),
    /// The text of the method's error.
    Error(String),
}

impl Answer {
    /// The answer of a method that returns `value`.
    pub fn value(value: impl serde::Serialize + Send + 'static) -> Self {
        Self::Value(Box::new(value))
    }

    /// The answer of a method that failed.
    pub fn error(error: impl fmt::Display) -> Self {
        Self::Error(error.to_string())
    }
}

impl fmt::Debug for Received {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown => f.write_str("Unknown"),
            Self::Unbound(error) => f.debug_tuple("Unbound").field(error).finish(),
            Self::Call(_) => f.debug_tuple("Call").finish_non_exhaustive(),
        }
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str("None"),
            Self::Value(_) => f.debug_tuple("Value").finish_non_exhaustive(),
            Self::Error(text) => f.debug_tuple("Error").field(text).finish(),
        }
    }
}
