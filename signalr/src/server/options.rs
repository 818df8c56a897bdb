use std::time::Duration;

use super::{Filters, SlowConsumers};
use crate::protocol::HubProtocol;

/// What a hub allows and how long it waits; the names and defaults are those of `HubOptions` in
/// ASP.NET Core.
///
/// The options of the whole server are set with
/// [`options`](crate::server::SignalRBuilder::options); each hub starts from a copy of them.
/// Values that make no sense are errors when the server is built.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct HubOptions {
    /// How long a client may take to send its handshake. Default: 15 s.
    pub handshake_timeout: Duration,
    /// How often the server pings its clients; checked once a second. Default: 15 s.
    pub keep_alive_interval: Duration,
    /// How long a client that has pinged once may be silent; checked once a second. At least
    /// twice the client's own keep-alive interval is sensible. Default: 30 s.
    pub client_timeout_interval: Duration,
    /// The protocols that a client may ask for. Default: all that are compiled in.
    pub supported_protocols: Vec<HubProtocol>,
    /// The largest message a client may send, framing included; `None`: no limit.
    /// Default: 32 KiB.
    pub maximum_receive_message_size: Option<usize>,
    /// Whether callers read the texts of hidden errors. Default: no.
    pub enable_detailed_errors: bool,
    /// How many items of an upload stream wait for the hub method to read them. Default: 10.
    pub stream_buffer_capacity: usize,
    /// How many calls of one client run at the same time. Default: 1.
    pub maximum_parallel_invocations_per_client: usize,
    /// How many calls of one client may be under way at once, with those that the limit on parallel
    /// ones leaves out: streams, calls with uploads, and calls that wait for their client's
    /// answer. One more is refused with an error. Not in ASP.NET Core, where only memory limits
    /// them. Default: 10,000.
    pub maximum_active_invocations_per_client: usize,
    /// How many bytes sent to a client with
    /// [stateful reconnect](super::EndpointOptions::allow_stateful_reconnects) it need not have
    /// acknowledged before senders wait. Clients acknowledge once a second. Default: 100,000.
    pub stateful_reconnect_buffer_size: usize,
    /// How many messages wait for one client, or are being written to it, before there is no more room
    /// for it and [`slow_consumers`](Self::slow_consumers) decides; besides the limit in bytes,
    /// [`transport_max_buffer_size`](super::EndpointOptions::transport_max_buffer_size). `None`: no
    /// limit. Default: `None`.
    pub maximum_queued_messages_per_client: Option<usize>,
    /// What becomes of messages for a client that takes them more slowly than they come.
    /// Default: senders [wait](SlowConsumers::Wait).
    pub slow_consumers: SlowConsumers,
    /// The filters around the hub's methods and lifetime events. Those of the whole server are
    /// outside those of a hub. Default: none.
    pub filters: Filters,
}

impl Default for HubOptions {
    fn default() -> Self {
        Self {
            handshake_timeout: Duration::from_secs(15),
            keep_alive_interval: Duration::from_secs(15),
            client_timeout_interval: Duration::from_secs(30),
            supported_protocols: HubProtocol::ALL.to_vec(),
            maximum_receive_message_size: Some(32 * 1024),
            enable_detailed_errors: false,
            stream_buffer_capacity: 10,
            maximum_parallel_invocations_per_client: 1,
            maximum_active_invocations_per_client: 10_000,
            stateful_reconnect_buffer_size: 100_000,
            maximum_queued_messages_per_client: None,
            slow_consumers: SlowConsumers::Wait,
            filters: Filters::default(),
        }
    }
}

impl HubOptions {
    /// What is wrong with the values.
    pub(super) fn faults(&self) -> impl Iterator<Item = &'static str> {
        [
            (
                self.maximum_parallel_invocations_per_client < 1,
                "`maximum_parallel_invocations_per_client` must be at least 1",
            ),
            (
                self.maximum_active_invocations_per_client
                    < self.maximum_parallel_invocations_per_client,
                "`maximum_active_invocations_per_client` must not be below `maximum_parallel_invocations_per_client`",
            ),
            (
                self.stream_buffer_capacity < 1,
                "`stream_buffer_capacity` must be at least 1",
            ),
            (
                self.stateful_reconnect_buffer_size < 1,
                "`stateful_reconnect_buffer_size` must be at least 1; to keep nothing, do not allow stateful reconnects",
            ),
            (
                self.maximum_queued_messages_per_client == Some(0),
                "`maximum_queued_messages_per_client` must not be 0; `None` means no limit",
            ),
            (
                self.supported_protocols.is_empty(),
                "`supported_protocols` is empty; a hub needs at least one protocol",
            ),
            (
                self.handshake_timeout.is_zero(),
                "`handshake_timeout` must not be zero",
            ),
            (
                self.keep_alive_interval.is_zero(),
                "`keep_alive_interval` must not be zero",
            ),
            (
                self.client_timeout_interval.is_zero(),
                "`client_timeout_interval` must not be zero",
            ),
            (
                self.maximum_receive_message_size == Some(0),
                "`maximum_receive_message_size` must not be 0; `None` means no limit",
            ),
        ]
        .into_iter()
        .filter_map(|(is_wrong, text)| is_wrong.then_some(text))
    }
}
