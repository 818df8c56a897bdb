use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use super::{BuildError, ConnectError};
use crate::protocol::TransferFormat;
use crate::transport::Transport;

/// Opens the transport of a connection: once for each start, and once for each try to reconnect.
///
/// A function that returns a future is a connector, such as
/// `|| async { Ok(Connected::new(my_transport().await?)) }`.
pub trait Connector: Send + Sync + 'static {
    /// Opens a fresh transport: a connection that the server does not know yet, with credentials
    /// that are valid now. Dropping the future gives up.
    fn connect(&self, request: ConnectRequest) -> ConnectFuture<'_>;

    /// Says what makes no sense; asked when a connection is built with the connector.
    ///
    /// # Errors
    /// It could never connect, however often it is asked.
    fn check(&self) -> Result<(), BuildError> {
        Ok(())
    }
}

/// What a connection wants of its transport.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct ConnectRequest {
    /// What the transport has to carry.
    pub transfer_format: TransferFormat,
    /// The server is to be asked for stateful reconnect; where it agrees, the connector adds
    /// [`Connected::with_reattach`].
    pub stateful_reconnect: bool,
}

/// A transport being opened.
pub type ConnectFuture<'a> =
    Pin<Box<dyn Future<Output = Result<Connected, ConnectError>> + Send + 'a>>;

impl<F, Connecting> Connector for F
where
    F: Fn() -> Connecting + Send + Sync + 'static,
    Connecting: Future<Output = Result<Connected, ConnectError>> + Send + 'static,
{
    fn connect(&self, _: ConnectRequest) -> ConnectFuture<'_> {
        Box::pin(self())
    }
}

/// An open transport, before the handshake.
pub struct Connected {
    pub(super) transport: Box<dyn Transport>,
    pub(super) connection_id: Option<String>,
    pub(super) reattach: Option<Reattach>,
}

/// Opens another transport for a connection that the server still knows.
pub(super) type Reattach = Box<dyn Fn() -> ReattachFuture + Send + Sync>;

type ReattachFuture =
    Pin<Box<dyn Future<Output = Result<Box<dyn Transport>, ConnectError>> + Send>>;

impl Connected {
    /// A transport whose connection has no id that the client knows.
    pub fn new(transport: impl Transport) -> Self {
        Self::boxed(Box::new(transport))
    }

    pub(super) fn boxed(transport: Box<dyn Transport>) -> Self {
        Self {
            transport,
            connection_id: None,
            reattach: None,
        }
    }

    /// Adds the id by which the server's application knows the connection.
    #[must_use]
    pub fn with_connection_id(mut self, id: impl Into<String>) -> Self {
        self.connection_id = Some(id.into());
        self
    }

    /// Says that the server has agreed to stateful reconnect, and how to take the connection up
    /// again when its transport was lost: `reattach` opens another transport for the same
    /// connection, with the same connection token, without negotiation and without a handshake.
    /// It is asked once for each loss, and may not take long.
    #[must_use]
    pub fn with_reattach<F, Reattaching, T>(mut self, reattach: F) -> Self
    where
        F: Fn() -> Reattaching + Send + Sync + 'static,
        Reattaching: Future<Output = Result<T, ConnectError>> + Send + 'static,
        T: Transport,
    {
        let reattach = Arc::new(reattach);
        self.reattach = Some(Box::new(move || {
            let reattach = Arc::clone(&reattach);
            Box::pin(async move { Ok(Box::new(reattach().await?) as Box<dyn Transport>) })
        }));
        self
    }
}

impl fmt::Debug for Connected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connected")
            .field("transport", &self.transport.kind())
            .field("connection_id", &self.connection_id)
            .field("reattach", &self.reattach.is_some())
            .finish()
    }
}
