use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::authorize::RefreshCheck;
use super::http::Origin;
use super::{AuthenticationRefresh, Requirement, Transports};

/// Picks one of the sub-protocols that a client offers.
type SubProtocolSelector = dyn Fn(&[&str]) -> Option<String> + Send + Sync;

/// How one path of a hub is served; the names and defaults are those of
/// `HttpConnectionDispatcherOptions` in ASP.NET Core.
///
/// Values that make no sense are found by [`map_with`](super::SignalR::map_with) and
/// [`map_connections`](super::SignalR::map_connections).
#[derive(Clone)]
#[must_use]
pub struct EndpointOptions {
    pub(crate) transport_max_buffer_size: usize,
    pub(crate) application_max_buffer_size: usize,
    pub(crate) transport_send_timeout: Duration,
    pub(crate) minimum_protocol_version: i32,
    pub(crate) close_timeout: Duration,
    pub(crate) transports: Transports,
    pub(crate) poll_timeout: Duration,
    pub(crate) allow_stateful_reconnects: bool,
    pub(crate) authorize: Vec<Requirement>,
    pub(super) close_on_authentication_expiration: bool,
    pub(super) enable_authentication_refresh: bool,
    pub(super) on_authentication_refresh: Option<RefreshCheck>,
    pub(super) allowed_origins: Option<Vec<Origin>>,
    /// What was given as an allowed origin and is none.
    no_origins: Vec<String>,
    pub(crate) sub_protocol_selector: Option<Arc<SubProtocolSelector>>,
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
            allow_stateful_reconnects: false,
            authorize: Vec::new(),
            close_on_authentication_expiration: false,
            enable_authentication_refresh: false,
            on_authentication_refresh: None,
            allowed_origins: None,
            no_origins: Vec::new(),
            sub_protocol_selector: None,
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
    /// Not zero; `Duration::MAX`: for ever. Default: 10 s.
    pub fn transport_send_timeout(mut self, timeout: Duration) -> Self {
        self.transport_send_timeout = timeout;
        self
    }

    /// The lowest version of the negotiation that is answered; there are 0 and 1. Default: 0.
    pub fn minimum_protocol_version(mut self, version: i32) -> Self {
        self.minimum_protocol_version = version;
        self
    }

    /// Answers 401 to every request without a [`Principal`](super::Principal), beside what the
    /// hub itself asks for: `RequireAuthorization` of the reference. Default: nothing is asked.
    pub fn require_authorization(self) -> Self {
        self.require(None, None)
    }

    /// Answers 401 to every request without a [`Principal`](super::Principal), and 403 to one
    /// whose principal lacks the role. Several requirements must all hold.
    pub fn require_role(self, role: &'static str) -> Self {
        self.require(Some(role), None)
    }

    /// Answers 401 to every request without a [`Principal`](super::Principal), and 403 where a
    /// [policy](super::SignalRBuilder::policy) does not agree. Several requirements must all hold.
    pub fn require_policy(self, policy: &'static str) -> Self {
        self.require(None, Some(policy))
    }

    fn require(mut self, role: Option<&'static str>, policy: Option<&'static str>) -> Self {
        self.authorize.push(Requirement { role, policy });
        self
    }

    /// Ends a connection when its [`Principal`](super::Principal) [expires](super::Principal::expires),
    /// within a second; the client is told that it may reconnect. What counts is the request that
    /// opened the connection, the newest poll, or the last refresh. Default: no.
    pub fn close_on_authentication_expiration(mut self, close: bool) -> Self {
        self.close_on_authentication_expiration = close;
        self
    }

    /// Lets clients prove anew who they are while their connections live: `POST {path}/refresh?id={connection
    /// token}` puts the [`Principal`](super::Principal) of that request, set by the same middleware as ever,
    /// in the place of the old one. Negotiation tells clients how long theirs lasts. Default: no.
    ///
    /// From then on `principal()` gives the new one, methods are authorized by it, and the hub's
    /// `#[on_authentication_refreshed]` runs. It must be the same user: one with another id is refused, since the user of a
    /// connection is decided when it begins. A poll by a user whose roles or claims have changed is such a
    /// refresh too; if that is refused, the connection is over. Connections that skipped negotiation or took its
    /// version 0 have no token that only they know, and cannot be refreshed.
    pub fn enable_authentication_refresh(mut self, enable: bool) -> Self {
        self.enable_authentication_refresh = enable;
        self
    }

    /// Decides whether a connection may go on with a new principal; see
    /// [`enable_authentication_refresh`](Self::enable_authentication_refresh). A refusal is answered
    /// with 403, a panic with 500, and nothing changes. Default: it may.
    pub fn on_authentication_refresh<F, Deciding>(mut self, check: F) -> Self
    where
        F: Fn(AuthenticationRefresh) -> Deciding + Send + Sync + 'static,
        Deciding: Future<Output = bool> + Send + 'static,
    {
        self.on_authentication_refresh = Some(RefreshCheck::new(check));
        self
    }

    /// Answers 403 to requests from pages of other origins than these: to negotiation, to every
    /// request of a transport, and to the upgrade to a WebSocket, which CORS does not guard.
    /// Default: any origin, as the reference has it.
    ///
    /// An origin is written as browsers do, `https://app.example`, with its port if that is not
    /// the scheme's own. The server's own pages need not be named: an origin whose host and port
    /// are those that the request itself is for is allowed, so an empty list means these alone;
    /// behind a proxy that changes `Host`, name them. Requests without an origin do not come from
    /// another site's page, and pass.
    ///
    /// It keeps other sites' pages from using a visitor's cookies. What a page may read is still up
    /// to CORS, so a cross-origin client needs a CORS layer too.
    pub fn allowed_origins<'o>(mut self, origins: impl IntoIterator<Item = &'o str>) -> Self {
        let allowed = self.allowed_origins.get_or_insert_default();
        for text in origins {
            match Origin::parse(text) {
                Some(origin) => allowed.push(origin),
                None => self.no_origins.push(text.to_owned()),
            }
        }
        self
    }

    /// The transports that are offered. Default: all.
    pub fn transports(mut self, transports: Transports) -> Self {
        self.transports = transports;
        self
    }

    /// How long a poll waits before it is answered with nothing; not zero. Default: 90 s.
    pub fn poll_timeout(mut self, timeout: Duration) -> Self {
        self.poll_timeout = timeout;
        self
    }

    /// Whether clients that ask for it keep their connection, with its id, groups, items and running
    /// calls, when their WebSocket is lost and they come back within the
    /// [disconnect timeout](super::SignalRBuilder::disconnect_timeout); no message is lost or comes
    /// twice. What was sent is kept until the client acknowledges it, up to
    /// [`stateful_reconnect_buffer_size`](super::HubOptions::stateful_reconnect_buffer_size).
    /// Has no effect on connections without the hub protocol. Default: no.
    pub fn allow_stateful_reconnects(mut self, allow: bool) -> Self {
        self.allow_stateful_reconnects = allow;
        self
    }

    /// How long the server waits for a client to answer its WebSocket Close. Default: 5 s.
    pub fn close_timeout(mut self, timeout: Duration) -> Self {
        self.close_timeout = timeout;
        self
    }

    /// Picks one of the WebSocket sub-protocols that a client offers, which the answer then names.
    /// The official clients offer none. Default: none is named.
    pub fn sub_protocol_selector(
        mut self,
        select: impl Fn(&[&str]) -> Option<String> + Send + Sync + 'static,
    ) -> Self {
        self.sub_protocol_selector = Some(Arc::new(select));
        self
    }

    /// What is wrong with the values.
    pub(super) fn faults(&self) -> impl Iterator<Item = String> {
        let no_origins = self.no_origins.iter().map(|text| {
            format!(
                "`allowed_origins` holds `{text}`, which is no origin; write it like `https://app.example`"
            )
        });
        [
            (
                self.transport_send_timeout.is_zero(),
                "`transport_send_timeout` must not be zero",
            ),
            (
                self.poll_timeout.is_zero(),
                "`poll_timeout` must not be zero",
            ),
            (
                self.minimum_protocol_version > 1,
                "`minimum_protocol_version` must be at most 1, the highest version there is",
            ),
        ]
        .into_iter()
        .filter(|(is_wrong, _)| *is_wrong)
        .map(|(_, text)| text.to_owned())
        .chain(no_origins)
    }
}

impl fmt::Debug for EndpointOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EndpointOptions")
            .field("transports", &self.transports)
            .field("transport_max_buffer_size", &self.transport_max_buffer_size)
            .field(
                "application_max_buffer_size",
                &self.application_max_buffer_size,
            )
            .field("transport_send_timeout", &self.transport_send_timeout)
            .field("minimum_protocol_version", &self.minimum_protocol_version)
            .field("close_timeout", &self.close_timeout)
            .field("poll_timeout", &self.poll_timeout)
            .field("allow_stateful_reconnects", &self.allow_stateful_reconnects)
            .field("authorize", &self.authorize)
            .field("allowed_origins", &self.allowed_origins)
            .finish_non_exhaustive()
    }
}
