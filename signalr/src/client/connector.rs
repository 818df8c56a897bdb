use std::fmt;
use std::future::Future;
use std::pin::Pin;

use super::ConnectError;
use crate::transport::Transport;

/// Opens the transport of a connection: once for each start.
///
/// A function that returns a future is a connector, such as
/// `|| async { Ok(Connected::new(my_transport().await?)) }`.
pub trait Connector: Send + Sync + 'static {
    /// Opens a fresh transport. Dropping the future gives up.
    fn connect(&self) -> ConnectFuture<'_>;
}

/// A transport being opened.
pub type ConnectFuture<'a> =
    Pin<Box<dyn Future<Output = Result<Connected, ConnectError>> + Send + 'a>>;

impl<F, Connecting> Connector for F
where
    F: Fn() -> Connecting + Send + Sync + 'static,
    Connecting: Future<Output = Result<Connected, ConnectError>> + Send + 'static,
{
    fn connect(&self) -> ConnectFuture<'_> {
        Box::pin(self())
    }
}

/// An open transport, before the handshake.
pub struct Connected {
    pub(super) transport: Box<dyn Transport>,
    pub(super) connection_id: Option<String>,
}

impl Connected {
    /// A transport whose connection has no id that the client knows.
    pub fn new(transport: impl Transport) -> Self {
        Self {
            transport: Box::new(transport),
            connection_id: None,
        }
    }

    /// Adds the id by which the server's application knows the connection.
    #[must_use]
    pub fn with_connection_id(mut self, id: impl Into<String>) -> Self {
        self.connection_id = Some(id.into());
        self
    }
}

impl fmt::Debug for Connected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connected")
            .field("transport", &self.transport.kind())
            .field("connection_id", &self.connection_id)
            .finish()
    }
}
