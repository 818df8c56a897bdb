use std::collections::HashMap;
use std::sync::Mutex;

use tokio::sync::oneshot;

use crate::connection::lock;

/// The commands to other servers that wait to be acknowledged.
#[derive(Default)]
pub(super) struct Acks(Mutex<Inner>);

#[derive(Default)]
struct Inner {
    last: i32,
    waiting: HashMap<i32, oneshot::Sender<()>>,
}

/// One command that waits; forgotten when dropped.
pub(super) struct PendingAck<'a> {
    all: &'a Acks,
    pub(super) id: i32,
    acked: oneshot::Receiver<()>,
}

impl Acks {
    /// Numbers a command, as the reference does: from 1, and round again through the negative ones.
    pub(super) fn expect(&self) -> PendingAck<'_> {
        let (sender, acked) = oneshot::channel();
        let mut inner = lock(&self.0);
        inner.last = inner.last.wrapping_add(1);
        let id = inner.last;
        inner.waiting.insert(id, sender);
        PendingAck {
            all: self,
            id,
            acked,
        }
    }

    pub(super) fn acknowledged(&self, id: i32) {
        if let Some(waiting) = lock(&self.0).waiting.remove(&id) {
            let _ = waiting.send(());
        }
    }
}

impl PendingAck<'_> {
    /// Waits for the ack.
    pub(super) async fn acknowledged(&mut self) {
        let _ = (&mut self.acked).await;
    }
}

impl Drop for PendingAck<'_> {
    fn drop(&mut self) {
        lock(&self.all.0).waiting.remove(&self.id);
    }
}
