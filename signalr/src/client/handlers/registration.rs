use std::fmt;
use std::sync::Weak;

use super::Handlers;

/// A handler that was added. Dropping this keeps the handler.
#[derive(Clone)]
pub struct Registration {
    handlers: Weak<Handlers>,
    method: Box<str>,
    number: u64,
}

impl Registration {
    pub(super) fn new(handlers: Weak<Handlers>, method: &str, number: u64) -> Self {
        Self {
            handlers,
            method: method.into(),
            number,
        }
    }

    /// Removes the handler; calls that have already arrived may still reach it.
    pub fn remove(self) {
        if let Some(handlers) = self.handlers.upgrade() {
            handlers.remove(&self.method, self.number);
        }
    }
}

impl fmt::Debug for Registration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Registration").field(&self.method).finish()
    }
}
