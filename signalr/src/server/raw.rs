use std::fmt;
use std::future::{Future, poll_fn};
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::{Arc, Weak};
use std::time::Duration;

use bytes::Bytes;
use futures_util::FutureExt;
use tokio::sync::oneshot;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::EndpointOptions;
use super::attendance::{Attendance, Guest};
use super::authorize::{Authenticated, Authentication, Check, Principal};
use super::heartbeat::Heartbeat;
use super::metrics::{self, Visit};
use super::request::ConnectionRequest;
use super::serve::{Arrival, Serves, Serving};
use crate::protocol::TransferFormat;
use crate::transport::{Ending, Received, Transport, TransportError, TransportKind};

/// A connection without the hub protocol: bytes both ways over any transport, as a
/// `ConnectionHandler` of ASP.NET Core has it.
///
/// When it is dropped, its transport closes in good order.
pub struct RawConnection {
    id: Arc<str>,
    request: Option<Arc<ConnectionRequest>>,
    transport: Option<Box<dyn Transport>>,
    /// Takes the transport back at the end.
    back: Option<oneshot::Sender<Box<dyn Transport>>>,
    format: TransferFormat,
    send_timeout: Duration,
    /// Fires when the server shuts down.
    released: CancellationToken,
    authentication: Arc<Authentication>,
    expired: Arc<Expired>,
}

/// Fires when the connection's authentication expires and that is to end it.
#[derive(Default)]
struct Expired(CancellationToken);

impl Authenticated for Expired {
    /// Nobody is told: [`RawConnection::principal`] gives the new one.
    fn refreshed(&self) {}

    fn expired(&self) {
        self.0.cancel();
    }
}

impl RawConnection {
    /// The connection's id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The request that opened the connection.
    #[must_use]
    pub fn request(&self) -> Option<&ConnectionRequest> {
        self.request.as_deref()
    }

    /// The user, as the connection's request brought it or the last refresh of authentication.
    #[must_use]
    pub fn principal(&self) -> Option<Principal> {
        self.authentication.principal()
    }

    /// What carries the connection.
    #[must_use]
    pub fn transport(&self) -> Option<TransportKind> {
        self.transport.as_ref().map(|transport| transport.kind())
    }

    /// Sends WebSocket frames of this format from now on. Default: text.
    pub fn set_format(&mut self, format: TransferFormat) {
        self.format = format;
    }

    /// Waits for bytes. They may be cut anywhere; `None`: the client has ended the connection, the server is
    /// shutting down and nothing has arrived, or the connection's authentication has expired where the
    /// endpoint ends connections then. Nothing is lost if the future is dropped.
    ///
    /// # Errors
    /// The connection was lost.
    pub async fn receive(&mut self) -> Result<Option<Bytes>, TransportError> {
        let Some(transport) = &mut self.transport else {
            return Ok(None);
        };
        let mut bytes = Vec::new();
        let received = tokio::select! {
            biased;
            () = self.expired.0.cancelled() => return Ok(None),
            received = poll_fn(|cx| transport.poll_receive(cx, &mut bytes)) => received?,
            () = self.released.cancelled() => return Ok(None),
        };
        Ok(match received {
            Received::Data => Some(bytes.into()),
            Received::Closed | Received::Dismissed => None,
        })
    }

    /// Sends bytes as one piece, and waits until the network has taken them, as long as
    /// [`transport_send_timeout`](EndpointOptions::transport_send_timeout) says, or with long polling until the
    /// next poll. If the future is dropped, what is left of them goes out with the next ones.
    ///
    /// # Errors
    /// The connection was lost, or took too long and has been dropped.
    pub async fn send(&mut self, bytes: Bytes) -> Result<(), TransportError> {
        self.flush().await?;
        if let Some(transport) = &mut self.transport {
            transport.start_send(bytes, self.format);
        }
        self.flush().await
    }

    async fn flush(&mut self) -> Result<(), TransportError> {
        let Some(transport) = &mut self.transport else {
            return Err(TransportError::new("it was dropped"));
        };
        let kind = transport.kind();
        let flushed = poll_fn(|cx| transport.poll_flush(cx));
        // Between two polls nothing is being written, however long the gap.
        if kind == TransportKind::LongPolling {
            return flushed.await;
        }
        let Ok(flushed) = timeout(self.send_timeout, flushed).await else {
            metrics::send_failed("timeout");
            tracing::info!(
                connection = &*self.id,
                "dropped: it did not take a write within the transport's send time-out"
            );
            self.transport = None;
            return Err(TransportError::new(
                "it did not take a write within the transport's send time-out",
            ));
        };
        flushed
    }
}

impl Drop for RawConnection {
    fn drop(&mut self) {
        if let (Some(transport), Some(back)) = (self.transport.take(), self.back.take()) {
            let _ = back.send(transport);
        }
    }
}

impl fmt::Debug for RawConnection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawConnection")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

type Handler = dyn Fn(RawConnection) -> Pin<Box<dyn Future<Output = ()> + Send>> + Send + Sync;

/// Serves raw connections.
pub(super) struct RawService {
    pub(super) handler: Box<Handler>,
    pub(super) endpoint: Arc<EndpointOptions>,
    pub(super) attendance: Arc<Attendance>,
    pub(super) heartbeat: Arc<Heartbeat>,
}

impl Serves for RawService {
    fn name(&self) -> &'static str {
        "connections"
    }

    fn admit(&self, _: Option<&Principal>) -> Check {
        Check::passed()
    }

    fn serve(self: Arc<Self>, arrival: Arrival) -> Serving {
        Box::pin(async move {
            let _work = self.attendance.work();
            let released = CancellationToken::new();
            let kind = arrival.transport.kind();
            let visit = Visit::begin(kind, &arrival.timed_out, &self.attendance);
            let _stay = self.attendance.enter(Guest::Raw(released.clone()));
            let (back, returned) = oneshot::channel();
            let authentication = arrival.authentication;
            let expired = Arc::<Expired>::default();
            let listener: Weak<Expired> = Arc::downgrade(&expired);
            authentication.listen(listener);
            let watch = self.endpoint.close_on_authentication_expiration.then(|| {
                self.heartbeat.start_once();
                self.heartbeat.expiries().watch(Arc::clone(&authentication))
            });
            let connection = RawConnection {
                id: arrival.id,
                request: arrival.request,
                transport: Some(arrival.transport),
                back: Some(back),
                format: TransferFormat::Text,
                send_timeout: self.endpoint.transport_send_timeout,
                released,
                authentication,
                expired,
            };
            let handled = AssertUnwindSafe(async { (self.handler)(connection).await })
                .catch_unwind()
                .await;
            let ending = if handled.is_ok() {
                Ending::Normal
            } else {
                tracing::error!("the handler of a raw connection panicked");
                Ending::Fault
            };
            // A handler may have given the connection to another task.
            if let Ok(mut transport) = returned.await {
                let closing = poll_fn(|cx| transport.poll_close(cx, ending));
                let _ = timeout(self.endpoint.close_timeout, closing).await;
            }
            drop((watch, visit));
            if let Some(gone) = arrival.gone {
                gone();
            }
        })
    }
}
