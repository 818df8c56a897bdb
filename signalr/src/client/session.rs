use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use bytes::Bytes;

use super::calls::Calls;
use super::settings::SizeLimit;
use super::{Work, metrics};
use crate::connection::{Outbound, Pushing, Room, lock};
use crate::error::CloseReason;
use crate::protocol::{Argument, EncodeError, HubProtocol, Outcome};

/// How many bytes wait to be sent before senders wait.
const OUTBOUND_LIMIT: usize = 64 * 1024;

/// One connection from its handshake to its end: what calls put into it and its task takes out.
pub(super) struct Session {
    pub(super) protocol: HubProtocol,
    size_limit: SizeLimit,
    pub(super) connection_id: Option<String>,
    pub(super) outbound: Arc<Outbound>,
    pub(super) calls: Calls,
    /// Uploads that the task has not yet taken over; `None`: it takes no more.
    uploads: Mutex<Option<Vec<Work>>>,
    stop_requested: AtomicBool,
}

impl Session {
    pub(super) fn new(
        protocol: HubProtocol,
        size_limit: SizeLimit,
        connection_id: Option<String>,
    ) -> Self {
        Self {
            protocol,
            size_limit,
            connection_id,
            outbound: Arc::new(Outbound::new(Room::bytes(OUTBOUND_LIMIT))),
            calls: Calls::default(),
            uploads: Mutex::new(Some(Vec::new())),
            stop_requested: AtomicBool::new(false),
        }
    }

    pub(super) fn request_stop(&self) {
        self.stop_requested.store(true, Ordering::Release);
        self.outbound.wake();
    }

    pub(super) fn is_stop_requested(&self) -> bool {
        self.stop_requested.load(Ordering::Acquire)
    }

    /// Fails what is pending and takes nothing more.
    pub(super) fn end(&self, reason: &CloseReason) {
        self.outbound.close();
        let uploads = lock(&self.uploads).take();
        drop(uploads);
        self.calls.end(reason);
    }

    /// Queues a call as soon as there is room.
    pub(super) async fn send(&self, message: &Bytes) {
        if !self.outbound.try_push(message) {
            metrics::queue_full();
            self.outbound.push(message).await;
        }
    }

    /// Lets the connection's task drive an upload.
    pub(super) fn start_upload(&self, upload: Work) {
        let mut uploads = lock(&self.uploads);
        if let Some(uploads) = &mut *uploads {
            uploads.push(upload);
            self.outbound.wake();
        }
    }

    pub(super) fn take_uploads(&self) -> Vec<Work> {
        let mut uploads = lock(&self.uploads);
        uploads.as_mut().map(std::mem::take).unwrap_or_default()
    }

    /// Tells the server that a call's answer is no longer wanted.
    pub(super) fn cancel(&self, id: u64) {
        let mut message = Vec::with_capacity(32);
        self.protocol
            .write_cancel_invocation(&mut message, &id.to_string());
        self.outbound.push_now(&message);
    }

    /// Writes an item of an upload; the error says why it cannot be sent.
    pub(super) fn item(
        &self,
        id: &str,
        item: &(dyn Argument + Send),
    ) -> Result<Pushing<'_>, String> {
        self.push(self.size_limit, |out| {
            self.protocol.write_stream_item(out, id, item)
        })
    }

    /// Writes the end of an upload, or the answer to a call of the server; the error says why it
    /// cannot be sent.
    pub(super) fn complete(&self, id: &str, outcome: Outcome<'_>) -> Result<Pushing<'_>, String> {
        // What went wrong is always told.
        let limit = match outcome {
            Outcome::Result(_) => self.size_limit,
            Outcome::Void | Outcome::Error(_) => SizeLimit(None),
        };
        self.push(limit, |out| {
            self.protocol.write_completion(out, id, outcome)
        })
    }

    fn push(
        &self,
        limit: SizeLimit,
        write: impl FnOnce(&mut Vec<u8>) -> Result<(), EncodeError>,
    ) -> Result<Pushing<'_>, String> {
        let pushing = self.outbound.start_push(|out| {
            write(out).map_err(|error| error.to_string())?;
            limit.check(out.len()).map_err(|error| error.to_string())
        })?;
        if pushing.is_waiting() {
            metrics::queue_full();
        }
        Ok(pushing)
    }
}
