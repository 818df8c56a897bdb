use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::Connector;
use super::event::Event;
use super::handlers::Handlers;
use super::lifecycle::Lifecycle;
use super::retry::Policies;
use super::settings::Settings;
use crate::contract::Receiver;
use crate::error::CloseReason;

/// What the handles of a connection and its task have in common, from its first start to its last
/// stop.
pub(super) struct Shared {
    pub(super) connector: Box<dyn Connector>,
    pub(super) settings: Settings,
    pub(super) handlers: Arc<Handlers>,
    pub(super) reconnecting: Event<CloseReason>,
    pub(super) reconnected: Event<Option<String>>,
    pub(super) closed: Event<CloseReason>,
    pub(super) lifecycle: Lifecycle,
    pub(super) policies: Policies,
    last_id: AtomicU64,
}

impl Shared {
    pub(super) fn new(
        connector: Box<dyn Connector>,
        settings: Settings,
        policies: Policies,
        receiver: Option<Arc<dyn Receiver>>,
    ) -> Self {
        Self {
            connector,
            settings,
            handlers: Arc::new(Handlers::new(receiver)),
            reconnecting: Event::new("reconnecting"),
            reconnected: Event::new("reconnected"),
            closed: Event::new("closed"),
            lifecycle: Lifecycle::default(),
            policies,
            last_id: AtomicU64::new(0),
        }
    }

    /// The id of a call or an upload stream. Ids go on from one start to the next, so that a
    /// message can be written before it is known over which connection it goes.
    pub(super) fn next_id(&self) -> u64 {
        self.last_id.fetch_add(1, Ordering::Relaxed) + 1
    }
}
