use std::borrow::Cow;
use std::sync::Arc;

use axum::extract::Request;
use axum::http::header::ACCEPT;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::Response;

use super::admission::refuse;
use super::connection::{HttpConnection, Refusal};
use super::response::{no_cache, shutting_down, text};
use super::routes::Endpoint;
use super::upgrade::Upgrade;
use super::{event_stream, long_polling, post, web_socket};
use crate::server::request::query_value;
use crate::transport::TransportKind;

/// Answers any request to a hub's path.
pub(super) async fn connect(endpoint: Arc<Endpoint>, mut request: Request) -> Response {
    let refused = refuse(
        &endpoint,
        request.uri(),
        request.headers(),
        request.extensions(),
    );
    if let Some(refused) = refused.await {
        return refused;
    }
    let token = token(request.uri());
    if request.method() == Method::CONNECT {
        // A WebSocket over HTTP/2 begins so.
        if let Some(upgrade) = Upgrade::of(&mut request) {
            return web_socket::open(&endpoint, upgrade, request, token)
                .await
                .unwrap_or_else(|problem| problem.response(TransportKind::WebSockets));
        }
        return text(StatusCode::METHOD_NOT_ALLOWED, "");
    }
    if request.method() == Method::GET {
        if accepts_event_stream(request.headers()) {
            return event_stream::open(&endpoint, request, token)
                .unwrap_or_else(|problem| problem.response(TransportKind::ServerSentEvents));
        }
        if let Some(upgrade) = Upgrade::of(&mut request) {
            return web_socket::open(&endpoint, upgrade, request, token)
                .await
                .unwrap_or_else(|problem| problem.response(TransportKind::WebSockets));
        }
        let answer = long_polling::poll(&endpoint, request, token)
            .await
            .unwrap_or_else(|problem| problem.response(TransportKind::LongPolling));
        return no_cache(answer);
    }
    if request.method() == Method::POST {
        return post::post(&endpoint, request, token.as_deref())
            .await
            .unwrap_or_else(|problem| problem.response(TransportKind::LongPolling));
    }
    if request.method() == Method::DELETE {
        return long_polling::delete(&endpoint, token.as_deref())
            .unwrap_or_else(|problem| problem.response(TransportKind::LongPolling));
    }
    text(StatusCode::METHOD_NOT_ALLOWED, "")
}

/// The connection token that a request names.
pub(super) fn token(uri: &Uri) -> Option<String> {
    query_value(uri.query().unwrap_or_default(), "id")
        .filter(|token| !token.is_empty())
        .map(Cow::into_owned)
}

/// Why a request to a connection is refused.
#[derive(Debug, Clone, Copy)]
pub(super) enum Problem {
    NoId,
    UnknownId,
    NotOffered,
    ShuttingDown,
    /// It ended while the request waited.
    Gone,
    Refused(Refusal),
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl Problem {
    /// The reference's status and text.
    fn response(self, kind: TransportKind) -> Response {
        match self {
            Self::NoId => text(StatusCode::BAD_REQUEST, "Connection ID required"),
            Self::UnknownId => {
                let mut response = text(StatusCode::NOT_FOUND, "No Connection with that ID");
                if kind == TransportKind::WebSockets {
                    response
                        .headers_mut()
                        .remove(axum::http::header::CONTENT_TYPE);
                }
                response
            }
            Self::NotOffered => text(
                StatusCode::NOT_FOUND,
                match kind {
                    TransportKind::WebSockets => {
                        "WebSockets transport not supported by this end point type"
                    }
                    TransportKind::ServerSentEvents => {
                        "ServerSentEvents transport not supported by this end point type"
                    }
                    _ => "LongPolling transport not supported by this end point type",
                },
            ),
            Self::ShuttingDown => shutting_down(),
            Self::Gone => text(StatusCode::NOT_FOUND, ""),
            Self::Refused(Refusal::OtherTransport) => text(
                StatusCode::BAD_REQUEST,
                "Cannot change transports mid-connection",
            ),
            Self::Refused(Refusal::AlreadyActive) => text(StatusCode::CONFLICT, ""),
        }
    }
}

/// The connection that a request names.
pub(super) fn named(
    endpoint: &Endpoint,
    token: Option<&str>,
) -> Result<Arc<HttpConnection>, Problem> {
    let token = token.ok_or(Problem::NoId)?;
    endpoint
        .table
        .find(token, endpoint.key)
        .ok_or(Problem::UnknownId)
}

/// Whether the server lets anybody else in.
pub(super) fn open_to_all(endpoint: &Endpoint) -> Result<(), Problem> {
    if endpoint.attendance.is_closed() {
        Err(Problem::ShuttingDown)
    } else {
        Ok(())
    }
}

/// Whether this endpoint offers a transport.
pub(super) fn offered(endpoint: &Endpoint, kind: TransportKind) -> Result<(), Problem> {
    if endpoint.options.transports.contains(kind) {
        Ok(())
    } else {
        Err(Problem::NotOffered)
    }
}

/// Whether the media type is in the list, without parameters, as the reference has it.
fn accepts_event_stream(headers: &HeaderMap) -> bool {
    headers
        .get_all(ACCEPT)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|media| media.trim_matches([' ', '\t', ';']))
        .any(|media| media.eq_ignore_ascii_case("text/event-stream"))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn only_the_bare_media_type_asks_for_events() {
        for (value, asks) in [
            ("text/event-stream", true),
            ("  TEXT/Event-Stream\t", true),
            ("*/*, text/event-stream", true),
            (",, text/event-stream,", true),
            ("text/event-stream ;", true),
            ("text/event-stream;q=0.5", false),
            ("text/event-stream;charset=utf-8", false),
            ("text/event-stream x", false),
            ("\"text/event-stream\"", false),
            ("text/*", false),
            ("", false),
        ] {
            let headers = HeaderMap::from_iter([(ACCEPT, HeaderValue::from_static(value))]);
            assert_eq!(accepts_event_stream(&headers), asks, "{value}");
        }
        let mut headers = HeaderMap::new();
        headers.append(ACCEPT, HeaderValue::from_static("text/html"));
        headers.append(ACCEPT, HeaderValue::from_static("text/event-stream"));
        assert!(accepts_event_stream(&headers));
    }
}
