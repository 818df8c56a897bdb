use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::BuildError;
use super::spans::Service;
use crate::error::InvokeError;
use crate::protocol::HubProtocol;

/// How many bytes the messages may have that the server is sent, if that is known.
#[derive(Debug, Clone, Copy)]
pub(super) struct SizeLimit(pub(super) Option<usize>);

impl SizeLimit {
    /// Refuses a message that the server would not take.
    pub(super) fn check(self, size: usize) -> Result<(), InvokeError> {
        match self.0 {
            Some(limit) if size > limit => Err(InvokeError::TooLarge { size, limit }),
            _ => Ok(()),
        }
    }
}

/// Gives the headers of a call's message.
#[derive(Clone)]
pub(super) struct CallHeaders(pub(super) Arc<dyn Fn() -> Vec<(String, String)> + Send + Sync>);

impl fmt::Debug for CallHeaders {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallHeaders").finish_non_exhaustive()
    }
}

/// What a connection is built with; the defaults are those of the .NET client, which
/// knows no limits.
#[derive(Debug, Clone)]
pub(super) struct Settings {
    pub(super) protocol: HubProtocol,
    pub(super) keep_alive_interval: Duration,
    pub(super) server_timeout: Duration,
    pub(super) handshake_timeout: Duration,
    pub(super) stream_buffer_capacity: usize,
    pub(super) wait_for_connection: Duration,
    pub(super) call_timeout: Option<Duration>,
    pub(super) maximum_send_message_size: SizeLimit,
    pub(super) maximum_receive_message_size: usize,
    pub(super) call_headers: Option<CallHeaders>,
    /// What spans say of the hub.
    pub(super) service: Option<Service>,
    pub(super) stateful_reconnect: bool,
    pub(super) stateful_reconnect_buffer_size: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            protocol: HubProtocol::Json,
            keep_alive_interval: Duration::from_secs(15),
            server_timeout: Duration::from_secs(30),
            handshake_timeout: Duration::from_secs(15),
            stream_buffer_capacity: 100,
            wait_for_connection: Duration::ZERO,
            call_timeout: None,
            maximum_send_message_size: SizeLimit(None),
            maximum_receive_message_size: 64 * 1024 * 1024,
            call_headers: None,
            service: None,
            stateful_reconnect: false,
            stateful_reconnect_buffer_size: 100_000,
        }
    }
}

impl Settings {
    pub(super) fn check(&self) -> Result<(), BuildError> {
        let faults = [
            (
                self.keep_alive_interval.is_zero(),
                "`keep_alive_interval` must not be zero; `Duration::MAX` means no pings",
            ),
            (
                self.server_timeout.is_zero(),
                "`server_timeout` must not be zero; `Duration::MAX` means no time-out",
            ),
            (
                self.handshake_timeout.is_zero(),
                "`handshake_timeout` must not be zero; `Duration::MAX` means no time-out",
            ),
            (
                self.stream_buffer_capacity == 0,
                "`stream_buffer_capacity` must be at least 1",
            ),
            (
                self.maximum_receive_message_size == 0,
                "`maximum_receive_message_size` must be at least 1",
            ),
            (
                self.call_timeout == Some(Duration::ZERO),
                "`call_timeout` must not be zero; leave it out for no time-out",
            ),
        ];
        match faults.into_iter().find(|(is_wrong, _)| *is_wrong) {
            Some((_, fault)) => Err(BuildError::new(fault)),
            None => Ok(()),
        }
    }
}
