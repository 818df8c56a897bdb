use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use futures_util::future::FutureExt;

use crate::client::metrics;
use crate::client::session::Session;
use crate::contract::{Answer, AnswerFuture};
use crate::protocol::{Argument, BindError, Outcome};

/// A call of the server with all that handles it.
pub(in crate::client) struct BoundCall {
    method: Box<str>,
    handlers: Vec<AnswerFuture>,
    /// The arguments did not fit a handler.
    unbound: bool,
}

impl BoundCall {
    pub(super) fn new(method: &str) -> Self {
        Self {
            method: method.into(),
            handlers: Vec::new(),
            unbound: false,
        }
    }

    pub(super) fn add(&mut self, handler: Result<AnswerFuture, BindError>) {
        match handler {
            Ok(handler) => self.handlers.push(handler),
            Err(error) => {
                metrics::dropped("binding_failure");
                tracing::error!(method = %self.method, %error, "the arguments of the server's call do not fit its handler");
                self.unbound = true;
            }
        }
    }

    /// Runs the handlers one after the other for a call that wants no answer.
    pub(in crate::client) async fn run(self) {
        if self.handlers.is_empty() && !self.unbound {
            metrics::dropped("no_handler");
            tracing::warn!(method = %self.method, "no handler for the server's call");
        }
        for handler in self.handlers {
            if let Ok(Answer::Value(_)) = guarded(&self.method, handler).await {
                tracing::debug!(method = %self.method, "a handler gave a result that the server does not want");
            }
        }
    }

    /// Runs the handlers one after the other and answers the call.
    pub(in crate::client) async fn answer(self, session: Arc<Session>, id: Box<str>) {
        let method = self.method.clone();
        let answered = {
            let outcome = self.outcome().await;
            let answer = match &outcome {
                Ok(value) => Outcome::Result(&**value),
                Err(text) => Outcome::Error(text),
            };
            // The value may be one that panics when it is written.
            let written = AssertUnwindSafe(|| session.complete(&id, answer));
            // A text can always be written, so the second try succeeds.
            catch_unwind(written)
                .unwrap_or_else(|_| Err(panicked(&method)))
                .or_else(|error| session.complete(&id, Outcome::Error(&error)))
        };
        if let Ok(pushing) = answered {
            pushing.finish().await;
        }
    }

    async fn outcome(self) -> Result<Box<dyn Argument + Send>, String> {
        let mut value = None;
        let mut error = None;
        for handler in self.handlers {
            match guarded(&self.method, handler).await {
                Ok(Answer::None) => {}
                Ok(Answer::Value(_)) if value.is_some() => {
                    error = Some("Client provided multiple results.".to_owned());
                }
                Ok(Answer::Value(result)) => value = Some(result),
                Ok(Answer::Error(text)) | Err(text) => error = Some(text),
            }
        }
        match (error, value) {
            (Some(error), _) => Err(error),
            (None, Some(value)) => Ok(value),
            (None, None) if self.unbound => Err("Client failed to parse argument(s).".to_owned()),
            (None, None) => Err("Client didn't provide a result.".to_owned()),
        }
    }
}

/// Runs a handler; a panic is its error.
async fn guarded(method: &str, handler: AnswerFuture) -> Result<Answer, String> {
    // A handler that panicked is not used again for this call.
    let outcome = AssertUnwindSafe(handler).catch_unwind().await;
    if let Ok(Answer::Error(text)) = &outcome {
        tracing::error!(method, %text, "a handler failed");
    }
    outcome.map_err(|_| panicked(method))
}

/// What the server is told.
fn panicked(method: &str) -> String {
    tracing::error!(method, "a handler panicked");
    "The client's handler panicked.".to_owned()
}
