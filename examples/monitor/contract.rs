//! What the server tells its watchers.

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Reading {
    pub(crate) sensor: String,
    pub(crate) value: f64,
}

#[signalr::client_interface]
pub(crate) trait Watcher {
    async fn reading(&self, reading: Reading);
}
