use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::HeaderMap;

use super::cookies::Cookies;
use super::{AccessTokenProvider, Proxy, RootCertificates};
use crate::transport::Transports;

/// How long the server may take to begin its answer; the .NET client's time-out.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(120);

/// What a connector is built with.
#[derive(Clone)]
pub(super) struct Settings {
    pub(super) transports: Transports,
    pub(super) skip_negotiation: bool,
    pub(super) headers: HeaderMap,
    /// Also what servers set, from one connection to the next.
    pub(super) cookies: Arc<Cookies>,
    pub(super) access_token_provider: Option<Arc<dyn AccessTokenProvider>>,
    pub(super) proxy: Proxy,
    pub(super) roots: RootCertificates,
    pub(super) added_roots: Vec<Vec<u8>>,
    pub(super) tls: Option<rustls::ClientConfig>,
    pub(super) request_timeout: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            transports: Transports::ALL,
            skip_negotiation: false,
            headers: HeaderMap::new(),
            cookies: Arc::default(),
            access_token_provider: None,
            proxy: Proxy::default(),
            roots: RootCertificates::default(),
            added_roots: Vec::new(),
            tls: None,
            request_timeout: REQUEST_TIMEOUT,
        }
    }
}

/// Shows no header, cookie or token.
impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("transports", &self.transports)
            .field("skip_negotiation", &self.skip_negotiation)
            .field("proxy", &self.proxy)
            .field("roots", &self.roots)
            .field("request_timeout", &self.request_timeout)
            .finish_non_exhaustive()
    }
}
