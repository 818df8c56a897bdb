//! The reverse proxy. It gives all requests of one tab to one server: a connection over HTTP requests is known only to
//! the server that it began with.
//!
//! A proxy that is not an example does this by configuration, such as nginx with `hash $arg_tab consistent`.

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{CONNECTION, UPGRADE};
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use hyper::upgrade::OnUpgrade;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioIo};

use crate::fleet::Servers;

#[derive(Clone)]
struct Proxy {
    servers: Servers,
    client: Client<HttpConnector, Body>,
}

/// Everything goes to one of the servers.
pub(crate) fn routes(servers: Servers) -> Router {
    let client = Client::builder(TokioExecutor::new()).build_http();
    Router::new()
        .fallback(forward)
        .with_state(Proxy { servers, client })
}

/// The tab that a request is from, as its page has numbered it.
fn tab(uri: &Uri) -> usize {
    url::form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes())
        .find(|(name, _)| name == "tab")
        .and_then(|(_, number)| number.parse().ok())
        .unwrap_or_default()
}

async fn forward(State(proxy): State<Proxy>, mut request: Request) -> Response {
    let Some(server) = proxy.servers.choose(tab(request.uri())) else {
        return (StatusCode::SERVICE_UNAVAILABLE, "no server is there").into_response();
    };
    let path = request
        .uri()
        .path_and_query()
        .map_or("/", |path| path.as_str());
    let Ok(uri) = format!("http://{server}{path}").parse() else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    *request.uri_mut() = uri;
    let here = if request.headers().contains_key(UPGRADE) {
        Some(hyper::upgrade::on(&mut request))
    } else {
        // It is about the connection to this proxy.
        request.headers_mut().remove(CONNECTION);
        None
    };
    match proxy.client.request(request).await {
        Ok(mut answer) => {
            if let (Some(here), StatusCode::SWITCHING_PROTOCOLS) = (here, answer.status()) {
                let there = hyper::upgrade::on(&mut answer);
                tokio::spawn(tunnel(here, there));
            }
            answer.map(Body::new)
        }
        Err(error) => (StatusCode::BAD_GATEWAY, error.to_string()).into_response(),
    }
}

/// Carries a WebSocket's bytes both ways until either end is closed.
async fn tunnel(here: OnUpgrade, there: OnUpgrade) {
    if let Ok((here, there)) = tokio::try_join!(here, there) {
        let (mut here, mut there) = (TokioIo::new(here), TokioIo::new(there));
        // How it ends is for the two ends to see.
        let _ = tokio::io::copy_bidirectional(&mut here, &mut there).await;
    }
}
