use std::time::Duration;

use super::Transports;

/// How one path of a hub is served; the names and defaults are those of
/// `HttpConnectionDispatcherOptions` in ASP.NET Core.
#[derive(Debug, Clone)]
#[must_use]
pub struct EndpointOptions {
    pub(crate) transport_max_buffer_size: usize,
    pub(crate) application_max_buffer_size: usize,
    pub(crate) transport_send_timeout: Duration,
    pub(crate) minimum_protocol_version: i32,
    pub(crate) close_timeout: Duration,
    pub(crate) transports: Transports,
    pub(crate) poll_timeout: Duration,
    pub(crate) requires_authorization: bool,
}

impl Default for EndpointOptions {
    fn default() -> Self {
        Self {
            transport_max_buffer_size: 65_536,
            application_max_buffer_size: 65_536,
            transport_send_timeout: Duration::from_secs(10),
            minimum_protocol_version: 0,
            close_timeout: Duration::from_secs(5),
            transports: Transports::ALL,
            poll_timeout: Duration::from_secs(90),
            requires_authorization: false,
        }
    }
}

impl EndpointOptions {
    /// How many bytes for one client are queued before senders wait; 0: never wait.
    /// Default: 65,536.
    pub fn transport_max_buffer_size(mut self, bytes: usize) -> Self {
        self.transport_max_buffer_size = bytes;
        self
    }

    /// How many bytes of one client are taken in before its hub has read them; 0: no limit.
    /// Default: 65,536.
    pub fn application_max_buffer_size(mut self, bytes: usize) -> Self {
        self.application_max_buffer_size = bytes;
        self
    }

    /// How long a single write may take before the connection is dropped; checked once a second.
    /// Default: 10 s.
    pub fn transport_send_timeout(mut self, timeout: Duration) -> Self {
        self.transport_send_timeout = timeout;
        self
    }

    /// The lowest version of the negotiation that is answered. Default: 0.
    pub fn minimum_protocol_version(mut self, version: i32) -> Self {
        self.minimum_protocol_version = version;
        self
    }

    /// Answers 401 to every request without a [`Principal`](super::Principal).
    pub fn require_authorization(mut self) -> Self {
        self.requires_authorization = true;
        self
    }

    /// The transports that are offered. Default: all.
    pub fn transports(mut self, transports: Transports) -> Self {
        self.transports = transports;
        self
    }

    /// How long a poll waits before it is answered with nothing. Default: 90 s.
    pub fn poll_timeout(mut self, timeout: Duration) -> Self {
        self.poll_timeout = timeout;
        self
    }

    /// How long the server waits for a client to answer its WebSocket Close. Default: 5 s.
    pub fn close_timeout(mut self, timeout: Duration) -> Self {
        self.close_timeout = timeout;
        self
    }
}
