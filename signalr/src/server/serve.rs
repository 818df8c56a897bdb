use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use super::authorize::{Authentication, Check, Principal};
use super::handover::Handover;
use super::metrics::TimedOut;
use super::request::ConnectionRequest;
use crate::transport::Transport;

/// A connection that a transport brought.
pub(super) struct Arrival {
    pub(super) id: Arc<str>,
    pub(super) authentication: Arc<Authentication>,
    pub(super) timed_out: TimedOut,
    pub(super) transport: Box<dyn Transport>,
    pub(super) request: Option<Arc<ConnectionRequest>>,
    /// Stateful reconnect was agreed on.
    pub(super) handover: Option<Arc<Handover>>,
    /// Called when the transport has ended, while calls may still run.
    pub(super) gone: Option<Box<dyn FnOnce() + Send>>,
}

/// The service of one connection, to its end.
pub(super) type Serving = Pin<Box<dyn Future<Output = ()> + Send>>;

/// What an endpoint serves: a hub, or connections without one.
pub(super) trait Serves: Send + Sync + 'static {
    fn name(&self) -> &'static str;
    /// Whether a request with this principal may open or use a connection.
    fn admit(&self, principal: Option<&Principal>) -> Check;
    fn serve(self: Arc<Self>, arrival: Arrival) -> Serving;
}
