use std::sync::{Arc, Mutex};

use super::RetryPolicy;
use crate::connection::lock;

/// When a connection is tried again; where there is no policy, it is not.
#[derive(Default)]
pub(in crate::client) struct Policies {
    pub(in crate::client) start: Option<Box<dyn RetryPolicy>>,
    reconnect: Mutex<Option<Arc<dyn RetryPolicy>>>,
}

impl Policies {
    /// The policy for the next try; one that is set while the connection is lost counts already.
    pub(in crate::client) fn reconnect(&self) -> Option<Arc<dyn RetryPolicy>> {
        lock(&self.reconnect).clone()
    }

    pub(in crate::client) fn set_reconnect(&self, policy: impl RetryPolicy) {
        let replaced = lock(&self.reconnect).replace(Arc::new(policy));
        drop(replaced);
    }
}
