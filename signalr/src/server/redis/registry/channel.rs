use std::collections::VecDeque;
use std::sync::Arc;

use bytes::Bytes;
use tokio::sync::{OwnedSemaphorePermit, oneshot};

use super::Settled;
use crate::server::redis::error::BackplaneError;
use crate::server::redis::route::Route;

pub(super) struct Channel {
    pub(super) route: Route,
    /// How many need it.
    pub(super) uses: usize,
    pub(super) phase: Phase,
    pub(super) is_unsettled: bool,
    /// How many messages to it, with a copy to come back, Redis has not answered.
    pub(super) in_flight: usize,
    /// The own messages that will come back, in this order.
    pub(super) echoes: VecDeque<Echo>,
    waiting: Vec<oneshot::Sender<Result<(), BackplaneError>>>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    Unsubscribed,
    Changing,
    Subscribed,
    /// Redis does not allow it; asked again when somebody else needs it.
    Refused,
}

/// An own message on its way back.
pub(super) struct Echo {
    pub(super) number: u64,
    pub(super) payload: Bytes,
    pub(super) returned: Option<oneshot::Sender<()>>,
    pub(super) _permit: Arc<OwnedSemaphorePermit>,
}

impl Channel {
    pub(super) fn new(route: Route) -> Self {
        Self {
            route,
            uses: 0,
            phase: Phase::Unsubscribed,
            is_unsettled: false,
            in_flight: 0,
            echoes: VecDeque::new(),
            waiting: Vec::new(),
        }
    }

    /// Waits until the subscription is what it should be.
    pub(super) fn wait(&mut self) -> Settled {
        let (done, settled) = oneshot::channel();
        self.waiting.push(done);
        settled
    }

    pub(super) fn settle(&mut self, outcome: &Result<(), BackplaneError>) {
        for waiting in self.waiting.drain(..) {
            let _ = waiting.send(outcome.clone());
        }
    }
}
