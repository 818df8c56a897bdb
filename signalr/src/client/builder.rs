use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::retry::{Policies, RetryPolicy};
use super::settings::{CallHeaders, Settings, SizeLimit};
use super::shared::Shared;
use super::spans::Service;
use super::{BuildError, Connector, HubConnection};
use crate::contract::Receiver;
use crate::protocol::HubProtocol;

/// Puts a [`HubConnection`] together; it connects only when it is started.
#[must_use = "nothing is built until `build` is called"]
pub struct HubConnectionBuilder<C> {
    connector: C,
    settings: Settings,
    receiver: Option<Arc<dyn Receiver>>,
    policies: Policies,
}

impl<C: Connector> HubConnectionBuilder<C> {
    pub(super) fn new(connector: C) -> Self {
        Self {
            connector,
            settings: Settings::default(),
            receiver: None,
            policies: Policies::default(),
        }
    }

    pub(super) fn map_connector(mut self, change: impl FnOnce(C) -> C) -> Self {
        self.connector = change(self.connector);
        self
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

    /// Connects again by itself when the connection is lost, as often as `policy` says. Default:
    /// off.
    ///
    /// [`RetryDelays::default`](super::RetryDelays) is the policy of the official clients: tries at
    /// once and after 2, 10 and 30 seconds. A list of delays is a policy, and so is a function; see
    /// [`RetryPolicy`]. The policy can be changed later with
    /// [`set_automatic_reconnect`](HubConnection::set_automatic_reconnect).
    ///
    /// Lost means: the transport ended, whether in good order or not; nothing came from the server
    /// for the server time-out; the server broke the protocol; or it said Close and allowed to
    /// reconnect. Nothing is tried again after [`stop`](HubConnection::stop), after a Close that
    /// does not allow it, and for a first start; for that see [`retry_start`](Self::retry_start).
    ///
    /// A connection that is lost within a second of being made again counts as one more try that
    /// failed, so that a server which drops its clients at once is asked less and less often.
    ///
    /// Calls and streams under way fail with [`InvokeError::Closed`](crate::InvokeError::Closed) when
    /// the connection is lost: whether the hub has carried them out is not known. Handlers stay.
    /// The new connection has a new id and is in no groups, unless the server knows it again by
    /// stateful reconnect. Each try opens the transport anew: it negotiates and asks for a fresh
    /// access token.
    pub fn automatic_reconnect(self, policy: impl RetryPolicy) -> Self {
        self.policies.set_reconnect(policy);
        self
    }

    /// Asks the server for stateful reconnect: a connection whose transport is lost goes on over
    /// another one, with the same id, groups, calls and streams, and no message is lost or comes
    /// twice. Default: off. It takes a WebSocket and a server that allows it; without them, all is
    /// as if this had not been asked for.
    ///
    /// The connection stays in the connected state meanwhile, and nobody is told. There is one try
    /// for each loss, at once. If it fails, the connection is lost, and
    /// [`automatic_reconnect`](Self::automatic_reconnect) decides what happens then.
    pub fn stateful_reconnect(mut self) -> Self {
        self.settings.stateful_reconnect = true;
        self
    }

    /// How many bytes of messages are kept until the server acknowledges them, where stateful
    /// reconnect is in use. Senders wait while more are not acknowledged. Default: 100 000.
    pub fn stateful_reconnect_buffer_size(mut self, bytes: usize) -> Self {
        self.settings.stateful_reconnect_buffer_size = bytes;
        self
    }

    /// Lets [`start`](HubConnection::start) try again, as often as `policy` says, before it fails
    /// with the last try's error. Default: off.
    ///
    /// The policy is asked after each try that failed. To go on until the start is cancelled, give
    /// it a function that always names a delay, and drop the start's future or call
    /// [`stop`](HubConnection::stop).
    pub fn retry_start(mut self, policy: impl RetryPolicy) -> Self {
        self.policies.start = Some(Box::new(policy));
        self
    }

    /// Lets calls that are made while the connection starts or reconnects wait for it, each up to
    /// `limit`, after which it fails with [`InvokeError::TimedOut`](crate::InvokeError::TimedOut).
    /// Default: zero; such calls fail at once with
    /// [`InvokeError::NotConnected`](crate::InvokeError::NotConnected).
    ///
    /// Calls that wait fail with the same when the connection is stopped or given up. Those of one
    /// task go out in their order; nothing is said about the order of several tasks' calls.
    pub fn wait_for_connection(mut self, limit: Duration) -> Self {
        self.settings.wait_for_connection = limit;
        self
    }

    /// How long a call waits for its result, from its beginning; then it fails with
    /// [`InvokeError::TimedOut`](crate::InvokeError::TimedOut) and is cancelled on the server.
    /// Streams, and calls without an answer, have no such limit. Default: none.
    pub fn call_timeout(mut self, limit: Duration) -> Self {
        self.settings.call_timeout = Some(limit);
        self
    }

    /// The largest message that the server takes, in bytes. A call or an item of an upload that is
    /// larger fails with [`InvokeError::TooLarge`](crate::InvokeError::TooLarge) before it is sent;
    /// otherwise the server would end the connection. Servers do not tell their limit: ASP.NET Core's
    /// `MaximumReceiveMessageSize` is 32 768 unless it was changed. Default: none.
    pub fn maximum_send_message_size(mut self, bytes: usize) -> Self {
        self.settings.maximum_send_message_size = SizeLimit(Some(bytes));
        self
    }

    /// The largest message that is taken from the server, in bytes. The connection ends with
    /// [`CloseReason::MessageTooLarge`](crate::CloseReason::MessageTooLarge) when one is larger, so
    /// that no server can fill the memory. Default: 64 MiB.
    pub fn maximum_receive_message_size(mut self, bytes: usize) -> Self {
        self.settings.maximum_receive_message_size = bytes;
        self
    }

    /// Asks `headers` for the headers of each call's message, in the call's span: the place for a
    /// trace context, such as `traceparent`, which an ASP.NET Core server takes up. Default: none.
    pub fn call_headers(
        mut self,
        headers: impl Fn() -> Vec<(String, String)> + Send + Sync + 'static,
    ) -> Self {
        self.settings.call_headers = Some(CallHeaders(Arc::new(headers)));
        self
    }

    /// What spans say of the hub.
    pub(super) fn service(mut self, service: Option<Service>) -> Self {
        self.settings.service = service;
        self
    }

    /// Builds the connection, disconnected.
    ///
    /// # Errors
    /// A setting makes no sense.
    pub fn build(self) -> Result<HubConnection, BuildError> {
        self.settings.check()?;
        self.connector.check()?;
        let shared = Shared::new(
            Box::new(self.connector),
            self.settings,
            self.policies,
            self.receiver,
        );
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
