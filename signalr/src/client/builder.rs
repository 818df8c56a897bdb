use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::settings::Settings;
use super::shared::Shared;
use super::{BuildError, Connector, HubConnection};
use crate::contract::Receiver;
use crate::protocol::HubProtocol;

/// Puts a [`HubConnection`] together; it connects only when it is started.
#[must_use = "nothing is built until `build` is called"]
pub struct HubConnectionBuilder<C> {
    connector: C,
    settings: Settings,
    receiver: Option<Arc<dyn Receiver>>,
}

impl<C: Connector> HubConnectionBuilder<C> {
    pub(super) fn new(connector: C) -> Self {
        Self {
            connector,
            settings: Settings::default(),
            receiver: None,
        }
    }

    /// Speaks this protocol. Default: JSON.
    pub fn protocol(mut self, protocol: HubProtocol) -> Self {
        self.settings.protocol = protocol;
        self
    }

    /// Takes the server's calls with a receiver that `#[client_interface]` wrote.
    ///
    /// Where a handler added with [`on`](HubConnection::on) has the same name, the receiver's
    /// method runs first.
    pub fn receiver(mut self, receiver: impl Receiver) -> Self {
        self.receiver = Some(Arc::new(receiver));
        self
    }

    /// After how long without sending anything a ping is sent, so that the server knows that the
    /// client is there. At most half of the server's client time-out is sensible. Default: 15 s.
    pub fn keep_alive_interval(mut self, interval: Duration) -> Self {
        self.settings.keep_alive_interval = interval;
        self
    }

    /// After how long without a message from the server the connection counts as lost. At least
    /// twice the server's keep-alive interval is sensible. Default: 30 s.
    pub fn server_timeout(mut self, timeout: Duration) -> Self {
        self.settings.server_timeout = timeout;
        self
    }

    /// How long the server may take to answer the handshake. Default: 15 s.
    pub fn handshake_timeout(mut self, timeout: Duration) -> Self {
        self.settings.handshake_timeout = timeout;
        self
    }

    /// How many items of one stream wait to be read before the connection stops reading; see
    /// [`stream`](HubConnection::stream). Default: 100.
    pub fn stream_buffer_capacity(mut self, items: usize) -> Self {
        self.settings.stream_buffer_capacity = items;
        self
    }

    /// Builds the connection, disconnected.
    ///
    /// # Errors
    /// A setting makes no sense.
    pub fn build(self) -> Result<HubConnection, BuildError> {
        self.settings.check()?;
        let shared = Shared::new(Box::new(self.connector), self.settings, self.receiver);
        Ok(HubConnection::new(Arc::new(shared)))
    }
}

impl<C> fmt::Debug for HubConnectionBuilder<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HubConnectionBuilder")
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}
