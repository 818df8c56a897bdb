use std::sync::Arc;
use std::time::Duration;

use http::header::USER_AGENT;
use http::{HeaderName, HeaderValue};

use super::settings::Settings;
use super::user_agent::user_agent;
use super::{request_error, roots};
use crate::client::BuildError;

/// How long it may take to reach the server, TLS included.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(30);

/// The HTTP client that a connector's requests go over, WebSocket upgrades among them, so that
/// proxies, cookies and TLS are the same for all.
pub(super) fn build(settings: &Settings) -> Result<reqwest::Client, BuildError> {
    let mut tls = match &settings.tls {
        Some(tls) => tls.clone(),
        None => roots::configure(settings.roots, &settings.added_roots)?,
    };
    // WebSockets need it.
    tls.alpn_protocols = vec![b"http/1.1".to_vec()];
    let mut headers = settings.headers.clone();
    for (name, value) in [
        (USER_AGENT, user_agent().as_str()),
        (
            HeaderName::from_static("x-requested-with"),
            "XMLHttpRequest",
        ),
    ] {
        let value = HeaderValue::from_str(value).expect("a header of visible characters");
        headers.entry(name).or_insert(value);
    }
    let client = reqwest::Client::builder()
        .http1_only()
        // Below the limit for requests, so that a poll which finds no server is told from one that
        // waits.
        .connect_timeout(CONNECT_TIMEOUT.min(settings.request_timeout / 2))
        .tls_backend_preconfigured(tls)
        .default_headers(headers)
        .cookie_provider(Arc::clone(&settings.cookies));
    settings.proxy.apply(client)?.build().map_err(|error| {
        BuildError::new(format!(
            "the HTTP client could not be built: {}",
            request_error::describe(error)
        ))
    })
}
