use std::cell::RefCell;

use bytes::Bytes;

use super::Outbound;

/// A message that is queued, or waits for room.
#[must_use]
pub(crate) struct Pushing<'a>(pub(super) Option<(&'a Outbound, Bytes)>);

impl Pushing<'_> {
    /// The message, if it waits for room.
    pub(crate) fn waiting(self) -> Option<Bytes> {
        self.0.map(|(_, message)| message)
    }

    #[cfg(feature = "client")]
    pub(crate) fn is_waiting(&self) -> bool {
        self.0.is_some()
    }

    pub(crate) async fn finish(self) {
        if let Some((outbound, message)) = self.0 {
            outbound.push(&message).await;
        }
    }
}

thread_local! {
    static SCRATCH: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// The thread's buffer for a message being written; kept between messages unless it grew large.
pub(super) struct Scratch(pub(super) Vec<u8>);

impl Scratch {
    pub(super) fn take() -> Self {
        let mut buffer = SCRATCH.take();
        buffer.clear();
        Self(buffer)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if self.0.capacity() <= 16 * 1024 {
            SCRATCH.set(std::mem::take(&mut self.0));
        }
    }
}
