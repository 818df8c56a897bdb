use std::time::Duration;

use super::{AccessTokenProvider, HttpConnector, Proxy, RootCertificates};
use crate::HubConnection;
use crate::client::HubConnectionBuilder;
use crate::transport::Transports;

impl HubConnection {
    /// Begins to put a connection to the hub at this URL together:
    /// `HubConnection::builder("https://example.com/chat").build()?`. The schemes `ws` and `wss`
    /// mean the same as `http` and `https`.
    pub fn builder(url: &str) -> HubConnectionBuilder<HttpConnector> {
        let http = HttpConnector::new(url);
        let service = http.service();
        Self::with_connector(http).service(service)
    }
}

/// What a connection over HTTP is built with.
impl HubConnectionBuilder<HttpConnector> {
    /// See [`HttpConnector::transports`]. Default: all.
    pub fn transports(self, transports: Transports) -> Self {
        self.map_connector(|http| http.transports(transports))
    }

    /// See [`HttpConnector::skip_negotiation`]. Default: `false`.
    pub fn skip_negotiation(self, skip: bool) -> Self {
        self.map_connector(|http| http.skip_negotiation(skip))
    }

    /// See [`HttpConnector::header`].
    pub fn header(self, name: &str, value: &str) -> Self {
        self.map_connector(|http| http.header(name, value))
    }

    /// See [`HttpConnector::cookie`].
    pub fn cookie(self, cookie: &str) -> Self {
        self.map_connector(|http| http.cookie(cookie))
    }

    /// See [`HttpConnector::access_token_provider`]. Default: none.
    pub fn access_token_provider(self, provider: impl AccessTokenProvider) -> Self {
        self.map_connector(|http| http.access_token_provider(provider))
    }

    /// See [`HttpConnector::proxy`]. Default: the one that the environment names.
    pub fn proxy(self, proxy: Proxy) -> Self {
        self.map_connector(|http| http.proxy(proxy))
    }

    /// See [`HttpConnector::root_certificates`]. Default: [`RootCertificates::WebPki`].
    pub fn root_certificates(self, roots: RootCertificates) -> Self {
        self.map_connector(|http| http.root_certificates(roots))
    }

    /// See [`HttpConnector::add_root_certificate`].
    pub fn add_root_certificate(self, certificate: impl Into<Vec<u8>>) -> Self {
        self.map_connector(|http| http.add_root_certificate(certificate))
    }

    /// See [`HttpConnector::tls_config`].
    pub fn tls_config(self, config: rustls::ClientConfig) -> Self {
        self.map_connector(|http| http.tls_config(config))
    }

    /// See [`HttpConnector::request_timeout`]. Default: 120 s.
    pub fn request_timeout(self, timeout: Duration) -> Self {
        self.map_connector(|http| http.request_timeout(timeout))
    }
}
