use std::collections::HashSet;
use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use http::{HeaderName, HeaderValue};
use reqwest::Url;

use super::access_token::Tokens;
use super::negotiate::{Negotiation, negotiate};
use super::requests::Requests;
use super::settings::Settings;
use super::{
    AccessTokenProvider, Proxy, RequestError, RootCertificates, TransportFailure, WhyNot, client,
    event_stream, long_polling, url, web_socket,
};
use crate::client::spans::Service;
use crate::client::{
    BuildError, ConnectError, ConnectFuture, ConnectRequest, Connected, Connector,
};
use crate::transport::{Transport, TransportKind, Transports};

/// Opens connections to an endpoint over HTTP: negotiates with the server and opens the first of
/// the transports it offers that both ends can use.
///
/// [`HubConnection::builder`](crate::HubConnection::builder) has one inside; for connections
/// without the hub protocol there is
/// [`RawConnection::connect`](super::RawConnection::connect).
#[derive(Clone)]
#[must_use = "a connector does nothing by itself"]
pub struct HttpConnector {
    endpoint: Result<Url, BuildError>,
    settings: Settings,
    /// The first setting that made no sense.
    fault: Option<BuildError>,
    /// Built once; its connections to the server are used again.
    client: OnceLock<Result<reqwest::Client, BuildError>>,
}

impl HttpConnector {
    /// Connects to the endpoint at this URL, whose scheme is `http`, `https`, `ws` or `wss`.
    pub fn new(url: &str) -> Self {
        Self {
            endpoint: url::parse(url),
            settings: Settings::default(),
            fault: None,
            client: OnceLock::new(),
        }
    }

    /// What spans say of the hub.
    pub(super) fn service(&self) -> Option<Service> {
        let endpoint = self.endpoint.as_ref().ok()?;
        Some(Service {
            path: endpoint.path().trim_start_matches('/').to_owned(),
            host: endpoint.host_str().map(str::to_owned),
            port: endpoint.port_or_known_default(),
        })
    }

    /// Uses these transports only. The server's order decides among them. Default: all.
    pub fn transports(mut self, transports: Transports) -> Self {
        self.settings.transports = transports;
        self
    }

    /// Opens a WebSocket at once, without asking the server what it offers; needs
    /// `transports(Transports::WEB_SOCKETS)`. The connection then has no id that the client
    /// knows, and no stateful reconnect. Default: `false`.
    pub fn skip_negotiation(mut self, skip: bool) -> Self {
        self.settings.skip_negotiation = skip;
        self
    }

    /// Adds a header to every request, WebSocket upgrades among them. `User-Agent` and
    /// `X-Requested-With` replace those of this client.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        match (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            (Ok(name), Ok(mut value)) => {
                // It may be a secret; logs show none.
                value.set_sensitive(true);
                self.settings.headers.append(name, value);
            }
            _ => self.set_fault(BuildError::new(format!(
                "the header '{name}' has characters that no header carries"
            ))),
        }
        self
    }

    /// Sends this cookie to the endpoint's host, as well as those that the server sets:
    /// `.cookie("session=abc")`.
    pub fn cookie(self, cookie: &str) -> Self {
        if let Ok(endpoint) = &self.endpoint {
            self.settings.cookies.add(cookie, endpoint);
        }
        self
    }

    /// Sends the token that `provider` gives in the `Authorization` header of every request:
    /// `.access_token_provider(|| async { fetch_token().await })`.
    ///
    /// It is asked anew for every negotiation and every WebSocket. Other requests use the last
    /// token, and another one if the server answers 401. A server that redirects the client may
    /// give it a token of its own, which is then used to the end of the connection.
    pub fn access_token_provider(mut self, provider: impl AccessTokenProvider) -> Self {
        self.settings.access_token_provider = Some(Arc::new(provider));
        self
    }

    /// Goes through this proxy. Default: the one that the environment names.
    pub fn proxy(mut self, proxy: Proxy) -> Self {
        self.settings.proxy = proxy;
        self
    }

    /// Trusts these certificates. Default: [`RootCertificates::WebPki`].
    pub fn root_certificates(mut self, roots: RootCertificates) -> Self {
        self.settings.roots = roots;
        self
    }

    /// Trusts another certificate too, such as a company's own; PEM (one or several) or DER.
    pub fn add_root_certificate(mut self, certificate: impl Into<Vec<u8>>) -> Self {
        self.settings.added_roots.push(certificate.into());
        self
    }

    /// Sets up TLS with this instead of the root certificates; for client certificates and the
    /// like. Its protocols (ALPN) are replaced by `http/1.1`.
    pub fn tls_config(mut self, config: rustls::ClientConfig) -> Self {
        self.settings.tls = Some(config);
        self
    }

    /// How long the server may take to begin its answer to a request. A poll that takes longer is
    /// sent again. Default: 120 s.
    pub fn request_timeout(mut self, timeout: Duration) -> Self {
        self.settings.request_timeout = timeout;
        self
    }

    fn set_fault(&mut self, fault: BuildError) {
        self.fault.get_or_insert(fault);
    }

    fn client(&self) -> Result<&reqwest::Client, BuildError> {
        let client = self.client.get_or_init(|| client::build(&self.settings));
        client.as_ref().map_err(Clone::clone)
    }

    async fn open(&self, request: ConnectRequest) -> Result<Connected, ConnectError> {
        self.check().map_err(ConnectError::transport)?;
        let mut endpoint = self.endpoint.clone().map_err(ConnectError::transport)?;
        let client = self.client().map_err(ConnectError::transport)?.clone();
        let tokens = Tokens::new(self.settings.access_token_provider.clone());
        let mut requests = Requests::new(client, tokens, self.settings.request_timeout);
        if self.settings.skip_negotiation {
            return match web_socket::open(&requests, endpoint).await {
                Ok(socket) => Ok(Connected::new(socket)),
                Err(error) => {
                    let kind = TransportKind::WebSockets;
                    let failure = TransportFailure::failed(kind, error);
                    Err(ConnectError::NoTransport(vec![failure]))
                }
            };
        }
        let mut negotiation = negotiate(&mut requests, &mut endpoint, request).await?;
        let offers = std::mem::take(&mut negotiation.transports);
        let mut seen = HashSet::new();
        let mut failures = Vec::new();
        let mut is_used = false;
        for offer in offers {
            // However often the server offers it.
            if !seen.insert(offer.transport.clone()) {
                continue;
            }
            let kind = match self.judge(&offer.transport, &offer.transfer_formats, request) {
                Ok(kind) => kind,
                Err(reason) => {
                    failures.push(TransportFailure {
                        transport: offer.transport,
                        reason,
                    });
                    continue;
                }
            };
            if std::mem::replace(&mut is_used, true) {
                // The server may have bound the connection to the transport that failed.
                negotiation = negotiate(&mut requests, &mut endpoint, request).await?;
            }
            let shared = Arc::new(requests);
            match open_transport(kind, &shared, &negotiation).await {
                Ok(transport) => {
                    return Ok(connected(transport, shared, negotiation, request));
                }
                Err(error) => {
                    tracing::debug!(transport = %kind, %error, "a transport could not be opened");
                    failures.push(TransportFailure::failed(kind, error));
                }
            }
            requests = Arc::into_inner(shared).expect("a transport that failed keeps nothing");
        }
        Err(ConnectError::NoTransport(failures))
    }

    /// Whether a transport that the server offers can be used.
    fn judge(
        &self,
        name: &str,
        formats: &[String],
        request: ConnectRequest,
    ) -> Result<TransportKind, WhyNot> {
        let format = request.transfer_format;
        let known = [
            TransportKind::WebSockets,
            TransportKind::ServerSentEvents,
            TransportKind::LongPolling,
        ];
        let kind = known.into_iter().find(|kind| kind.as_str() == name);
        let kind = kind.ok_or(WhyNot::Unknown)?;
        if !self.settings.transports.contains(kind) {
            return Err(WhyNot::Disabled);
        }
        let is_offered = formats.iter().any(|offered| offered == format.as_str());
        if !is_offered || !kind.carries(format) {
            return Err(WhyNot::Format(format));
        }
        Ok(kind)
    }
}

async fn open_transport(
    kind: TransportKind,
    requests: &Arc<Requests>,
    negotiation: &Negotiation,
) -> Result<Box<dyn Transport>, RequestError> {
    let url = negotiation.url.clone();
    Ok(match kind {
        TransportKind::ServerSentEvents => {
            Box::new(event_stream::open(Arc::clone(requests), url).await?)
        }
        TransportKind::LongPolling => {
            Box::new(long_polling::open(Arc::clone(requests), url).await?)
        }
        _ => Box::new(web_socket::open(requests, url).await?),
    })
}

fn connected(
    transport: Box<dyn Transport>,
    requests: Arc<Requests>,
    negotiation: Negotiation,
    request: ConnectRequest,
) -> Connected {
    let is_stateful = request.stateful_reconnect
        && negotiation.stateful_reconnect
        && transport.kind() == TransportKind::WebSockets;
    let connected = Connected::boxed(transport).with_connection_id(negotiation.connection_id);
    if !is_stateful {
        return connected;
    }
    let url = negotiation.url;
    connected.with_reattach(move || {
        let (requests, url) = (Arc::clone(&requests), url.clone());
        async move {
            let socket = web_socket::open(&requests, url).await;
            socket.map_err(|error| {
                let failure = TransportFailure::failed(TransportKind::WebSockets, error);
                ConnectError::NoTransport(vec![failure])
            })
        }
    })
}

impl Connector for HttpConnector {
    fn connect(&self, request: ConnectRequest) -> ConnectFuture<'_> {
        Box::pin(self.open(request))
    }

    fn check(&self) -> Result<(), BuildError> {
        let endpoint = self.endpoint.as_ref().map_err(Clone::clone)?;
        if let Some(fault) = &self.fault {
            return Err(fault.clone());
        }
        if endpoint.host_str().is_none() {
            return Err(BuildError::new("the URL names no host"));
        }
        if self.settings.skip_negotiation && self.settings.transports != Transports::WEB_SOCKETS {
            return Err(BuildError::new(
                "negotiation can only be skipped with WebSockets alone; add `.transports(Transports::WEB_SOCKETS)`",
            ));
        }
        if self.settings.request_timeout.is_zero() {
            return Err(BuildError::new(
                "`request_timeout` must not be zero; `Duration::MAX` means no time-out",
            ));
        }
        self.client().map(drop)
    }
}

/// Shows no query: it may hold a secret.
impl fmt::Debug for HttpConnector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let host = self.endpoint.as_ref().ok().and_then(Url::host_str);
        let path = self.endpoint.as_ref().ok().map(Url::path);
        f.debug_struct("HttpConnector")
            .field("host", &host)
            .field("path", &path)
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}
