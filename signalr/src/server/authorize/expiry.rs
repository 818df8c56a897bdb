use std::sync::{Arc, Mutex};
use std::time::SystemTime;

use slab::Slab;

use super::Authentication;
use crate::connection::lock;

/// The authentications whose expiry ends their connections.
#[derive(Default)]
pub(in crate::server) struct Expiries(Mutex<Slab<Arc<Authentication>>>);

impl Expiries {
    pub(in crate::server) fn watch(
        self: &Arc<Self>,
        authentication: Arc<Authentication>,
    ) -> ExpiryWatch {
        ExpiryWatch {
            place: lock(&self.0).insert(authentication),
            expiries: Arc::clone(self),
        }
    }

    pub(in crate::server) fn look(&self) {
        let watched = lock(&self.0);
        if watched.is_empty() {
            return;
        }
        let now = SystemTime::now();
        watched
            .iter()
            .for_each(|(_, authentication)| authentication.look(now));
    }
}

/// Ends the watch when dropped.
pub(in crate::server) struct ExpiryWatch {
    expiries: Arc<Expiries>,
    place: usize,
}

impl Drop for ExpiryWatch {
    fn drop(&mut self) {
        lock(&self.expiries.0).try_remove(self.place);
    }
}
