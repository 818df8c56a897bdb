use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::future::FutureExt;
use tokio::time::timeout;

use crate::client::connector::Reattach;
use crate::transport::Transport;

/// How often in a row a new transport may be lost before the server has said anything over it.
const IN_VAIN: u32 = 10;

/// The way to another transport for the same connection.
pub(super) struct Lifeline {
    reattach: Reattach,
    within: Duration,
    reattaching: Option<Reattaching>,
    in_vain: u32,
}

type Reattaching = Pin<Box<dyn Future<Output = Result<Box<dyn Transport>, String>> + Send>>;

impl Lifeline {
    pub(super) fn new(reattach: Reattach, within: Duration) -> Self {
        Self {
            reattach,
            within,
            reattaching: None,
            in_vain: 0,
        }
    }

    /// Begins to open another transport: one try for each loss. `false` if that is hopeless.
    pub(super) fn begin(&mut self) -> bool {
        self.in_vain += 1;
        if self.in_vain > IN_VAIN {
            return false;
        }
        let within = self.within;
        let opening = (self.reattach)();
        // Nothing of what panicked is used again.
        let opening = AssertUnwindSafe(opening).catch_unwind();
        self.reattaching = Some(Box::pin(async move {
            match timeout(within, opening).await {
                Ok(Ok(opened)) => opened.map_err(|error| error.to_string()),
                Ok(Err(_)) => Err("the connector panicked".to_owned()),
                Err(_) => Err(format!("nothing came of it within {within:?}")),
            }
        }));
        true
    }

    /// The server has said something.
    pub(super) fn heard(&mut self) {
        self.in_vain = 0;
    }

    /// Ready with the transport, or with the text that says why there is none.
    pub(super) fn poll(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Result<Box<dyn Transport>, String>> {
        let Some(reattaching) = &mut self.reattaching else {
            return Poll::Pending;
        };
        let opened = reattaching.as_mut().poll(cx);
        if opened.is_ready() {
            self.reattaching = None;
        }
        opened
    }
}
