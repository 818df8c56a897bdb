//! Which connections have ended, and with what.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use signalr::ConnectionError;

/// The connections for which a hub's `on_disconnected` ran, by id, and the text of what it was told.
#[derive(Debug, Default)]
pub(super) struct Ended(Mutex<HashMap<String, String>>);

impl Ended {
    pub(super) fn note(&self, connection_id: &str, cause: Option<&ConnectionError>) {
        let text = cause.map(ToString::to_string).unwrap_or_default();
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(connection_id.to_owned(), text);
    }

    pub(super) fn of(&self, connection_id: &str) -> Option<String> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(connection_id)
            .cloned()
    }
}
