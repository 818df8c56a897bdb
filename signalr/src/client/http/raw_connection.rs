use std::fmt;
use std::future::poll_fn;

use bytes::Bytes;
use tokio::time::timeout;

use super::HttpConnector;
use crate::client::start::CLOSE_TIMEOUT;
use crate::client::{ConnectError, ConnectRequest, Connected, Connector};
use crate::protocol::TransferFormat;
use crate::transport::{Ending, Received, Transport, TransportError, TransportKind};

/// A connection without the hub protocol: bytes both ways over any transport, to an endpoint such
/// as `map_connections` makes. `HttpConnection` of .NET's client.
///
/// Long polling needs to be read for the connection to stay open. Dropping it ends the connection
/// without a word; see [`close`](Self::close).
///
/// ```no_run
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// use signalr::client::{HttpConnector, RawConnection};
/// use signalr::protocol::TransferFormat;
///
/// let connector = HttpConnector::new("https://example.com/echo");
/// let mut connection = RawConnection::connect(&connector, TransferFormat::Binary).await?;
/// connection.send("hi".into()).await?;
/// while let Some(bytes) = connection.receive().await? {
///     println!("{bytes:?}");
/// }
/// connection.close().await;
/// # Ok(())
/// # }
/// ```
pub struct RawConnection {
    transport: Box<dyn Transport>,
    connection_id: Option<String>,
    format: TransferFormat,
}

impl RawConnection {
    /// Connects to an endpoint over a transport that carries `format`: text does not go over
    /// every byte, but over Server-Sent Events. Dropping the future gives up.
    ///
    /// # Errors
    /// No transport could be opened.
    pub async fn connect(
        connector: &HttpConnector,
        format: TransferFormat,
    ) -> Result<Self, ConnectError> {
        let request = ConnectRequest {
            transfer_format: format,
            stateful_reconnect: false,
        };
        let Connected {
            transport,
            connection_id,
            ..
        } = connector.connect(request).await?;
        Ok(Self {
            transport,
            connection_id,
            format,
        })
    }

    /// The id by which the server knows the connection; `None` where negotiation was skipped.
    #[must_use]
    pub fn connection_id(&self) -> Option<&str> {
        self.connection_id.as_deref()
    }

    /// What carries the connection.
    #[must_use]
    pub fn transport(&self) -> TransportKind {
        self.transport.kind()
    }

    /// Waits for bytes. They may be cut anywhere; `None`: the server has ended the connection.
    /// Nothing is lost if the future is dropped.
    ///
    /// # Errors
    /// The connection was lost.
    pub async fn receive(&mut self) -> Result<Option<Bytes>, TransportError> {
        let mut bytes = Vec::new();
        let received = poll_fn(|cx| {
            // What a dropped `send` left behind goes out meanwhile.
            if let std::task::Poll::Ready(Err(error)) = self.transport.poll_flush(cx) {
                return std::task::Poll::Ready(Err(error));
            }
            self.transport.poll_receive(cx, &mut bytes)
        });
        Ok(match received.await? {
            Received::Data => Some(bytes.into()),
            Received::Closed | Received::Dismissed => None,
        })
    }

    /// Sends bytes as one piece, and waits until the network has taken them. If the future is
    /// dropped, what is left of them goes out with the next ones.
    ///
    /// # Errors
    /// The connection was lost.
    pub async fn send(&mut self, bytes: Bytes) -> Result<(), TransportError> {
        poll_fn(|cx| self.transport.poll_flush(cx)).await?;
        self.transport.start_send(bytes, self.format);
        poll_fn(|cx| self.transport.poll_flush(cx)).await
    }

    /// Ends the connection in good order; ready when the server agrees, at most five seconds
    /// later.
    pub async fn close(mut self) {
        let closing = poll_fn(|cx| self.transport.poll_close(cx, Ending::Normal));
        let _ = timeout(CLOSE_TIMEOUT, closing).await;
    }
}

impl fmt::Debug for RawConnection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawConnection")
            .field("transport", &self.transport.kind())
            .field("connection_id", &self.connection_id)
            .finish_non_exhaustive()
    }
}
