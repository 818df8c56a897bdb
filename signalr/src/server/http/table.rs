use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::time::Instant;

use crate::connection::lock;

/// How long a negotiated connection waits for its transport; the reference's `DisconnectTimeout`.
const DISCONNECT_TIMEOUT: Duration = Duration::from_secs(15);

/// The connections that were negotiated, by token.
#[derive(Default)]
pub(in crate::server) struct ConnectionTable(Mutex<Table>);

#[derive(Default)]
struct Table {
    entries: HashMap<Box<str>, Entry>,
    swept: Option<Instant>,
}

struct Entry {
    id: Arc<str>,
    /// The endpoint that gave the token; it is good nowhere else.
    endpoint: usize,
    /// Since when it waits; `None` while a transport serves it.
    waits_since: Option<Instant>,
}

/// Why a token opens nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    Unknown,
    AlreadyActive,
}

impl ConnectionTable {
    pub(super) fn add(&self, token: &str, id: &str, endpoint: usize) {
        let now = Instant::now();
        let mut table = lock(&self.0);
        table.sweep(now);
        table.entries.insert(
            token.into(),
            Entry {
                id: id.into(),
                endpoint,
                waits_since: Some(now),
            },
        );
    }

    /// Whether a token is known at an endpoint.
    pub(super) fn knows(&self, token: &str, endpoint: usize) -> bool {
        let mut table = lock(&self.0);
        table.sweep(Instant::now());
        table
            .entries
            .get(token)
            .is_some_and(|entry| entry.endpoint == endpoint)
    }

    /// Takes the connection with this token into use.
    pub(super) fn activate(
        self: &Arc<Self>,
        token: &str,
        endpoint: usize,
    ) -> Result<Active, Refusal> {
        let mut table = lock(&self.0);
        table.sweep(Instant::now());
        let entry = table
            .entries
            .get_mut(token)
            .filter(|entry| entry.endpoint == endpoint)
            .ok_or(Refusal::Unknown)?;
        entry.waits_since.take().ok_or(Refusal::AlreadyActive)?;
        Ok(Active {
            id: Arc::clone(&entry.id),
            token: token.into(),
            table: Arc::clone(self),
        })
    }
}

impl Table {
    /// Forgets connections that were never used, once a second at most.
    fn sweep(&mut self, now: Instant) {
        if self
            .swept
            .is_some_and(|swept| now - swept < Duration::from_secs(1))
        {
            return;
        }
        self.swept = Some(now);
        self.entries.retain(|_, entry| {
            entry
                .waits_since
                .is_none_or(|since| now - since <= DISCONNECT_TIMEOUT)
        });
    }
}

/// A negotiated connection in use; forgotten when dropped.
pub(super) struct Active {
    pub(super) id: Arc<str>,
    token: Box<str>,
    table: Arc<ConnectionTable>,
}

impl Drop for Active {
    fn drop(&mut self) {
        lock(&self.table.0).entries.remove(&self.token);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn an_unused_connection_is_forgotten_after_15_seconds() {
        let table = Arc::new(ConnectionTable::default());
        table.add("token", "id", 1);
        tokio::time::advance(Duration::from_secs(15)).await;
        assert!(table.knows("token", 1));
        tokio::time::advance(Duration::from_secs(1)).await;
        assert!(!table.knows("token", 1));
    }

    #[tokio::test]
    async fn a_token_opens_one_connection_at_its_own_endpoint() {
        let table = Arc::new(ConnectionTable::default());
        table.add("token", "id", 1);
        assert_eq!(table.activate("token", 2).err(), Some(Refusal::Unknown));
        let active = table.activate("token", 1).ok().expect("free");
        assert_eq!(&*active.id, "id");
        assert_eq!(
            table.activate("token", 1).err(),
            Some(Refusal::AlreadyActive)
        );
        drop(active);
        assert_eq!(table.activate("token", 1).err(), Some(Refusal::Unknown));
    }
}
