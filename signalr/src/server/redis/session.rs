use std::sync::Arc;

use bytes::Bytes;
use tokio::sync::{OwnedSemaphorePermit, mpsc, oneshot};
use tokio_util::sync::CancellationToken;

use super::error::BackplaneError;

/// One pair of connections to Redis, from when all channels are restored to its loss.
#[derive(Clone)]
pub(super) struct Session {
    pub(super) queue: mpsc::UnboundedSender<Publish>,
    pub(super) lost: CancellationToken,
}

/// A message for Redis.
pub(super) struct Publish {
    pub(super) channel: Arc<str>,
    pub(super) payload: Bytes,
    /// The number of the copy that will come back.
    pub(super) echo: Option<u64>,
    pub(super) done: oneshot::Sender<Result<i64, BackplaneError>>,
    /// Means nothing, and is not counted.
    pub(super) is_probe: bool,
    /// Told when the copy is back.
    pub(super) returned: Option<oneshot::Sender<()>>,
    /// Room in the window, free once Redis has answered and the copy is back.
    pub(super) permit: Arc<OwnedSemaphorePermit>,
}

/// What became of a message that was published.
pub(super) struct Answered {
    pub(super) channel: Arc<str>,
    pub(super) echo: u64,
    pub(super) accepted: bool,
}
