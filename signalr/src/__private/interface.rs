//! What the output of `#[client_interface]` and `#[hub_interface]` calls, and `#[hub]` where it meets them.
//!
//! Each function takes the type it is about as its first parameter, so that a type that cannot cross the wire is
//! reported where the user wrote it.

use futures_core::Stream;

use crate::contract::{
    Answer, AnswerFuture, Caller, ClientAnswer, Received, Reply, SingleTarget, StartedStream,
    Upload,
};
use crate::protocol::{Argument, ArgumentReader, BindError};

/// A type that is read from the wire.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be received: it does not implement `serde::Deserialize`, or is not `Send + 'static`",
    label = "not a value that can be received",
    note = "add `#[derive(serde::Deserialize)]` to `{Self}`"
)]
pub trait Receivable: serde::de::DeserializeOwned + Send + 'static {}

#[diagnostic::do_not_recommend]
impl<T: serde::de::DeserializeOwned + Send + 'static> Receivable for T {}

/// A type that is written to the wire.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be sent: it does not implement `serde::Serialize`, or is not `Send + 'static`",
    label = "not a value that can be sent",
    note = "add `#[derive(serde::Serialize)]` to `{Self}`"
)]
pub trait Sendable: serde::Serialize + Send + 'static {}

#[diagnostic::do_not_recommend]
impl<T: serde::Serialize + Send + 'static> Sendable for T {}

/// Asks a client.
pub fn ask<R: Receivable, T: SingleTarget>(
    target: &T,
    method: &str,
    arguments: &[&dyn Argument],
) -> ClientAnswer<R> {
    target.invoke(method, arguments)
}

/// Calls a hub.
pub fn invoke<R: Receivable, C: Caller>(
    caller: &C,
    method: &str,
    arguments: &[&dyn Argument],
    uploads: Vec<Upload>,
) -> Reply<R> {
    caller.invoke(method, arguments, uploads)
}

/// Asks a hub for a stream.
pub fn stream<T: Receivable, C: Caller>(
    caller: &C,
    method: &str,
    arguments: &[&dyn Argument],
    uploads: Vec<Upload>,
) -> StartedStream<T> {
    caller.stream(method, arguments, uploads)
}

/// An upload among the arguments of a call.
pub fn upload<T: Sendable>(stream: impl Stream<Item = T> + Send + 'static) -> Upload {
    Upload::new(stream)
}

/// Reads the next argument of a call from the server.
///
/// # Errors
/// It is missing or of another type.
pub fn received_argument<T: Receivable>(reader: &mut ArgumentReader<'_>) -> Result<T, BindError> {
    reader.next()
}

/// What a client method answers.
pub fn answer<T: Sendable>(value: T) -> Answer {
    Answer::value(value)
}

/// What became of a call from the server; `bind` knows no such method where it gives nothing.
pub fn received(bind: impl FnOnce() -> Result<Option<AnswerFuture>, BindError>) -> Received {
    match bind() {
        Ok(Some(call)) => Received::Call(call),
        Ok(None) => Received::Unknown,
        Err(error) => Received::Unbound(error),
    }
}

/// The wire name that a contract gives a method.
#[must_use]
pub fn wire_name(methods: &[(&'static str, &'static str)], method: &'static str) -> &'static str {
    // A method outside the contract does not compile, so its own name is never used.
    methods
        .iter()
        .find(|(name, _)| *name == method)
        .map_or(method, |(_, wire_name)| wire_name)
}

/// Whether no two wire names are the same without regard to case.
#[must_use]
pub const fn distinct_names(contract: &[(&str, &str)], names: &[&str]) -> bool {
    let mut index = 0;
    while index < names.len() {
        let mut other = 0;
        while other < index {
            if is_same(names[index], names[other]) {
                return false;
            }
            other += 1;
        }
        let mut other = 0;
        while other < contract.len() {
            if is_same(names[index], contract[other].1) {
                return false;
            }
            other += 1;
        }
        index += 1;
    }
    true
}

const fn is_same(left: &str, right: &str) -> bool {
    let (left, right) = (left.as_bytes(), right.as_bytes());
    if left.len() != right.len() {
        return false;
    }
    let mut index = 0;
    while index < left.len() {
        if !left[index].eq_ignore_ascii_case(&right[index]) {
            return false;
        }
        index += 1;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_without_case() {
        const CONTRACT: &[(&str, &str)] = &[("send", "Send")];
        assert!(distinct_names(CONTRACT, &["Ban", "Kick"]));
        assert!(!distinct_names(CONTRACT, &["Ban", "ban"]));
        assert!(!distinct_names(CONTRACT, &["SEND"]));
        assert_eq!(wire_name(CONTRACT, "send"), "Send");
    }
}
