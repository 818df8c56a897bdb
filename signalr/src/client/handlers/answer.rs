use std::fmt::Display;
use std::future::{Future, ready};

use serde::Serialize;

use crate::contract::Answer;

/// What a handler returns, now or as a future.
///
/// `Kind` is [`Nothing`], [`Value`] or [`Fallible`], and `When` is [`Now`] or [`Later`]; the
/// compiler finds `When` by itself.
#[diagnostic::on_unimplemented(
    message = "a handler of this kind cannot return `{Self}`",
    note = "`on` takes a handler that returns nothing, `answer` one that returns a value that implements `serde::Serialize`, and `try_answer` one that returns a `Result`",
    note = "each may return a future instead, which is `Send`: `|name: String| async move {{ .. }}`"
)]
pub trait IntoAnswer<Kind, When> {
    /// Waits for it, if need be.
    fn into_answer(self) -> impl Future<Output = Answer> + Send;
}

/// A handler without a result.
#[derive(Debug)]
pub struct Nothing;

/// A handler with a result.
#[derive(Debug)]
pub struct Value;

/// A handler with a result that may be an error.
#[derive(Debug)]
pub struct Fallible;

/// The handler is done when it returns.
#[derive(Debug)]
pub struct Now;

/// The handler is done when the future that it returns is.
#[derive(Debug)]
pub struct Later;

fn value_or_error<T, E>(result: Result<T, E>) -> Answer
where
    T: Serialize + Send + 'static,
    E: Display,
{
    match result {
        Ok(value) => Answer::value(value),
        Err(error) => Answer::error(error),
    }
}

impl IntoAnswer<Nothing, Now> for () {
    fn into_answer(self) -> impl Future<Output = Answer> + Send {
        ready(Answer::None)
    }
}

impl<F> IntoAnswer<Nothing, Later> for F
where
    F: Future<Output = ()> + Send,
{
    async fn into_answer(self) -> Answer {
        self.await;
        Answer::None
    }
}

impl<T> IntoAnswer<Value, Now> for T
where
    T: Serialize + Send + 'static,
{
    fn into_answer(self) -> impl Future<Output = Answer> + Send {
        ready(Answer::value(self))
    }
}

impl<F> IntoAnswer<Value, Later> for F
where
    F: Future + Send,
    F::Output: Serialize + Send + 'static,
{
    async fn into_answer(self) -> Answer {
        Answer::value(self.await)
    }
}

impl<T, E> IntoAnswer<Fallible, Now> for Result<T, E>
where
    T: Serialize + Send + 'static,
    E: Display,
{
    fn into_answer(self) -> impl Future<Output = Answer> + Send {
        ready(value_or_error(self))
    }
}

impl<F, T, E> IntoAnswer<Fallible, Later> for F
where
    F: Future<Output = Result<T, E>> + Send,
    T: Serialize + Send + 'static,
    E: Display,
{
    async fn into_answer(self) -> Answer {
        value_or_error(self.await)
    }
}
