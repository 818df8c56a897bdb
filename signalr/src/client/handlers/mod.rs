//! What a client does when the server calls it.

mod already_answered;
mod answer;
mod bound;
mod handler;
mod registration;
mod typed;

pub use already_answered::AlreadyAnswered;
pub use answer::{Fallible, IntoAnswer, Later, Nothing, Now, Value};
pub use handler::{Handler, HandlerArguments};
pub use registration::Registration;

pub(super) use bound::BoundCall;
pub(super) use typed::{AnyHandler, Typed};

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use crate::connection::lock;
use crate::contract::{Received, Receiver};
use crate::protocol::RawArguments;

/// Everything that takes calls of the server. Names are compared without regard to case.
pub(super) struct Handlers {
    receiver: Option<Arc<dyn Receiver>>,
    lists: Mutex<Lists>,
}

#[derive(Default)]
struct Lists {
    /// By the method's name in lower case. A list is replaced, not changed: calls read it outside
    /// the lock.
    by_method: HashMap<Box<str>, Arc<[Entry]>>,
    last_number: u64,
}

#[derive(Clone)]
struct Entry {
    number: u64,
    answers: bool,
    handler: Arc<dyn AnyHandler>,
}

impl Handlers {
    pub(super) fn new(receiver: Option<Arc<dyn Receiver>>) -> Self {
        Self {
            receiver,
            lists: Mutex::default(),
        }
    }

    /// Adds a handler without a result.
    pub(super) fn add(
        self: &Arc<Self>,
        method: &str,
        handler: Arc<dyn AnyHandler>,
    ) -> Registration {
        let number = lock(&self.lists).add(method, handler, false);
        Registration::new(Arc::downgrade(self), method, number)
    }

    /// Adds the handler that gives the method's result.
    pub(super) fn add_answering(
        self: &Arc<Self>,
        method: &str,
        handler: Arc<dyn AnyHandler>,
    ) -> Result<Registration, AlreadyAnswered> {
        let mut lists = lock(&self.lists);
        if lists.of(method).iter().any(|entry| entry.answers) {
            drop(lists);
            return Err(AlreadyAnswered::new(method));
        }
        let number = lists.add(method, handler, true);
        drop(lists);
        Ok(Registration::new(Arc::downgrade(self), method, number))
    }

    /// Removes one handler of a method.
    fn remove(&self, method: &str, number: u64) {
        let removed = lock(&self.lists).retain(method, |entry| entry.number != number);
        drop(removed);
    }

    /// Removes all handlers of a method.
    pub(super) fn remove_all(&self, method: &str) {
        let removed = lock(&self.lists).retain(method, |_| false);
        drop(removed);
    }

    /// Gives the arguments of a call their types, once for each handler.
    pub(super) fn bind(&self, method: &str, arguments: &RawArguments<'_>) -> BoundCall {
        let mut bound = BoundCall::new(method);
        if let Some(receiver) = &self.receiver {
            match Arc::clone(receiver).receive(method, arguments) {
                Received::Unknown => {}
                Received::Unbound(error) => bound.add(Err(error)),
                Received::Call(call) => bound.add(Ok(call)),
            }
        }
        let handlers = lock(&self.lists).of(method);
        for entry in handlers.iter() {
            bound.add(entry.handler.bind(arguments));
        }
        bound
    }
}

impl Lists {
    fn of(&self, method: &str) -> Arc<[Entry]> {
        let list = self.by_method.get(&*method.to_lowercase());
        list.map_or_else(|| Arc::new([]), Arc::clone)
    }

    fn add(&mut self, method: &str, handler: Arc<dyn AnyHandler>, answers: bool) -> u64 {
        self.last_number += 1;
        let entry = Entry {
            number: self.last_number,
            answers,
            handler,
        };
        let list = self.of(method).iter().cloned().chain([entry]).collect();
        self.by_method.insert(method.to_lowercase().into(), list);
        self.last_number
    }

    /// Gives back the list that is replaced, so that handlers are not dropped under the lock.
    fn retain(&mut self, method: &str, keep: impl Fn(&Entry) -> bool) -> Option<Arc<[Entry]>> {
        let list = self.of(method);
        let kept: Arc<[Entry]> = list.iter().filter(|entry| keep(entry)).cloned().collect();
        if kept.is_empty() {
            self.by_method.remove(&*method.to_lowercase())
        } else {
            self.by_method.insert(method.to_lowercase().into(), kept)
        }
    }
}
