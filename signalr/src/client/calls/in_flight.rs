use std::sync::Arc;

use crate::client::session::Session;

/// A call that waits for its answer. Dropping it cancels the call.
pub(in crate::client) struct InFlight {
    session: Arc<Session>,
    id: u64,
    sent: bool,
}

impl InFlight {
    pub(in crate::client) fn new(session: Arc<Session>, id: u64) -> Self {
        Self {
            session,
            id,
            sent: false,
        }
    }

    /// From now on the server knows of the call.
    pub(in crate::client) fn sent(&mut self) {
        self.sent = true;
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        // A call that has been answered is not there any more. The uploads end after the cancel.
        let pending = self.session.calls.remove(self.id);
        if pending.is_some() && self.sent {
            self.session.cancel(self.id);
        }
    }
}
