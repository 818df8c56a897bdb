use axum::http::header::{AUTHORIZATION, ORIGIN};
use axum::http::{Extensions, HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};

use super::origin::is_allowed;
use super::response::text;
use super::routes::Endpoint;
use crate::server::Principal;
use crate::server::authorize::Verdict;

/// The answer to a request that may not use this endpoint.
///
/// It is given before anything else is looked at, to every request: negotiation, transports,
/// POSTs, upgrades and the refresh of authentication.
pub(super) async fn refuse(
    endpoint: &Endpoint,
    uri: &Uri,
    headers: &HeaderMap,
    extensions: &Extensions,
) -> Option<Response> {
    if let Some(allowed) = &endpoint.options.allowed_origins
        && headers.contains_key(ORIGIN)
        && !is_allowed(allowed, uri, headers)
    {
        tracing::debug!(origin = ?headers.get(ORIGIN), "refused: not an allowed origin");
        return Some(text(StatusCode::FORBIDDEN, "Origin not allowed"));
    }
    if headers.get_all(AUTHORIZATION).iter().nth(1).is_some() {
        // Whoever checked one of them must not have the other one believed.
        return Some(text(
            StatusCode::BAD_REQUEST,
            "Only one Authorization header is allowed",
        ));
    }
    let principal = extensions.get::<Principal>();
    let of_endpoint = endpoint.check(principal);
    let verdict = match of_endpoint.verdict().await {
        Verdict::Allowed => endpoint.serves.admit(principal).verdict().await,
        refused => refused,
    };
    match verdict {
        Verdict::Allowed => None,
        Verdict::Anonymous => Some(StatusCode::UNAUTHORIZED.into_response()),
        Verdict::Forbidden => Some(StatusCode::FORBIDDEN.into_response()),
    }
}
