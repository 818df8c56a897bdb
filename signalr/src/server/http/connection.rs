use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::connection::lock;
use crate::server::Principal;
use crate::server::authorize::Authentication;
use crate::server::handover::Handover;
use crate::server::metrics::TimedOut;
use crate::transport::TransportKind;
use crate::transport::requests::Exchange;

/// A negotiated connection, as its requests see it.
pub(super) struct HttpConnection {
    id: Arc<str>,
    /// The endpoint that gave the token.
    endpoint: usize,
    capacity: usize,
    exchange: OnceLock<Arc<Exchange>>,
    authentication: Arc<Authentication>,
    timed_out: TimedOut,
    /// POST bodies go up one after the other.
    posting: tokio::sync::Mutex<()>,
    /// Polls are answered one after the other.
    polling: tokio::sync::Mutex<()>,
    phase: Mutex<Phase>,
    /// Stateful reconnect was agreed on.
    handover: Option<Arc<Handover>>,
}

enum Phase {
    Negotiated {
        since: Instant,
    },
    /// One request carries it to its end.
    Carried(TransportKind),
    Polled {
        /// Since when no poll waits.
        idle_since: Option<Instant>,
        /// Ends the poll that waits now.
        current: CancellationToken,
    },
}

/// Why a request cannot carry a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    OtherTransport,
    AlreadyActive,
}

/// What a poll is to do.
pub(super) enum Turn {
    /// The first one starts the hub and is answered at once.
    First,
    /// It waits until its token fires.
    Wait(CancellationToken),
}

impl HttpConnection {
    pub(super) fn new(
        id: &str,
        endpoint: usize,
        capacity: usize,
        principal: Option<&Principal>,
    ) -> Self {
        Self {
            id: id.into(),
            endpoint,
            capacity,
            exchange: OnceLock::new(),
            authentication: Authentication::of(principal),
            timed_out: TimedOut::default(),
            posting: tokio::sync::Mutex::default(),
            polling: tokio::sync::Mutex::default(),
            phase: Mutex::new(Phase::Negotiated {
                since: Instant::now(),
            }),
            handover: None,
        }
    }

    /// The connection may go on over another WebSocket.
    pub(super) fn stateful(mut self) -> Self {
        self.handover = Some(Handover::new());
        self
    }

    pub(super) fn handover(&self) -> Option<&Arc<Handover>> {
        self.handover.as_ref()
    }

    pub(super) fn id(&self) -> &str {
        &self.id
    }

    pub(super) fn shared_id(&self) -> Arc<str> {
        Arc::clone(&self.id)
    }

    pub(super) fn endpoint(&self) -> usize {
        self.endpoint
    }

    /// Made when first needed: a WebSocket needs none.
    pub(super) fn exchange(&self) -> &Arc<Exchange> {
        self.exchange.get_or_init(|| Exchange::new(self.capacity))
    }

    /// What was sent up before a WebSocket was chosen, which takes nothing more from POSTs.
    pub(super) fn take_posted(&self) -> Vec<u8> {
        let exchange = self.exchange.get();
        exchange.map_or_else(Vec::new, |exchange| exchange.close_up())
    }

    /// Whose connection it is.
    pub(super) fn authentication(&self) -> &Arc<Authentication> {
        &self.authentication
    }

    /// Says so where no request has carried it for too long.
    pub(super) fn timed_out(&self) -> &TimedOut {
        &self.timed_out
    }

    pub(super) fn posting(&self) -> &tokio::sync::Mutex<()> {
        &self.posting
    }

    pub(super) fn polling(&self) -> &tokio::sync::Mutex<()> {
        &self.polling
    }

    /// What carries the connection, once that is chosen.
    pub(super) fn transport(&self) -> Option<TransportKind> {
        match &*lock(&self.phase) {
            Phase::Negotiated { .. } => None,
            Phase::Carried(kind) => Some(*kind),
            Phase::Polled { .. } => Some(TransportKind::LongPolling),
        }
    }

    /// Lets one request carry the connection to its end.
    pub(super) fn carry(&self, kind: TransportKind) -> Result<(), Refusal> {
        let mut phase = lock(&self.phase);
        match &*phase {
            Phase::Negotiated { .. } => {
                *phase = Phase::Carried(kind);
                Ok(())
            }
            Phase::Carried(active) if *active == kind => Err(Refusal::AlreadyActive),
            Phase::Carried(_) | Phase::Polled { .. } => Err(Refusal::OtherTransport),
        }
    }

    /// Begins a poll; one that waits already is ended.
    pub(super) fn poll(&self) -> Result<Turn, Refusal> {
        let mut phase = lock(&self.phase);
        match &mut *phase {
            Phase::Negotiated { .. } => {
                *phase = Phase::Polled {
                    idle_since: Some(Instant::now()),
                    current: CancellationToken::new(),
                };
                Ok(Turn::First)
            }
            Phase::Carried(_) => Err(Refusal::OtherTransport),
            Phase::Polled {
                idle_since,
                current,
            } => {
                current.cancel();
                *idle_since = None;
                *current = CancellationToken::new();
                Ok(Turn::Wait(current.clone()))
            }
        }
    }

    /// The poll with this token waits no longer.
    pub(super) fn poll_ended(&self, token: &CancellationToken) {
        if token.is_cancelled() {
            return;
        }
        if let Phase::Polled { idle_since, .. } = &mut *lock(&self.phase) {
            *idle_since = Some(Instant::now());
        }
    }

    /// Whether it has been without a request that serves it for longer than this.
    pub(super) fn is_overdue(&self, now: Instant, timeout: Duration) -> bool {
        let alone_since = match &*lock(&self.phase) {
            Phase::Negotiated { since } => Some(*since),
            Phase::Polled { idle_since, .. } => *idle_since,
            Phase::Carried(_) => self
                .handover
                .as_ref()
                .and_then(|handover| handover.detached_since()),
        };
        alone_since.is_some_and(|since| now.saturating_duration_since(since) > timeout)
    }

    /// Nothing goes down any more, and the client is as good as gone.
    pub(super) fn end(&self) {
        if let Some(exchange) = self.exchange.get() {
            exchange.end();
        }
    }

    /// The client is gone.
    pub(super) fn lose(&self) {
        if let Some(exchange) = self.exchange.get() {
            exchange.lose();
        }
        if let Some(handover) = &self.handover {
            handover.end();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TIMEOUT: Duration = Duration::from_secs(15);

    #[tokio::test(start_paused = true)]
    async fn a_connection_without_a_transport_is_overdue_after_15_seconds() {
        let connection = HttpConnection::new("id", 1, 0, None);
        tokio::time::advance(Duration::from_secs(15)).await;
        assert!(!connection.is_overdue(Instant::now(), TIMEOUT));
        tokio::time::advance(Duration::from_millis(1)).await;
        assert!(connection.is_overdue(Instant::now(), TIMEOUT));
        assert!(matches!(connection.poll(), Ok(Turn::First)));
        assert!(!connection.is_overdue(Instant::now(), TIMEOUT));
        let Ok(Turn::Wait(token)) = connection.poll() else {
            panic!("the second poll waits");
        };
        tokio::time::advance(Duration::from_secs(60)).await;
        assert!(!connection.is_overdue(Instant::now(), TIMEOUT));
        connection.poll_ended(&token);
        tokio::time::advance(Duration::from_secs(16)).await;
        assert!(connection.is_overdue(Instant::now(), TIMEOUT));
    }

    #[tokio::test]
    async fn a_newer_poll_ends_the_older() {
        let connection = HttpConnection::new("id", 1, 0, None);
        assert!(matches!(connection.poll(), Ok(Turn::First)));
        let Ok(Turn::Wait(older)) = connection.poll() else {
            panic!("it waits");
        };
        assert!(matches!(connection.poll(), Ok(Turn::Wait(_))));
        assert!(older.is_cancelled());
        connection.poll_ended(&older);
        let later = Instant::now() + Duration::from_secs(60);
        assert!(
            !connection.is_overdue(later, TIMEOUT),
            "the newer poll waits on"
        );
        assert_eq!(
            connection.carry(TransportKind::WebSockets),
            Err(Refusal::OtherTransport)
        );
    }
}
