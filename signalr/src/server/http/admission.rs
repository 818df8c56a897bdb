use std::panic::AssertUnwindSafe;

use axum::http::header::{AUTHORIZATION, ORIGIN};
use axum::http::{Extensions, HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;

use super::origin::is_allowed;
use super::response::text;
use super::routes::Endpoint;
use crate::server::Principal;
use crate::server::authorize::Verdict;
use crate::server::running::panicked;

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
    // Policies are the application's.
    let verdict = AssertUnwindSafe(verdict(endpoint, extensions.get())).catch_unwind();
    let status = match verdict.await {
        Ok(Verdict::Allowed) => return None,
        Ok(Verdict::Anonymous) => StatusCode::UNAUTHORIZED,
        Ok(Verdict::Forbidden) => StatusCode::FORBIDDEN,
        Err(panic) => {
            let error = panicked(&*panic);
            tracing::error!(hub = endpoint.serves.name(), %error, "a check of rights failed");
            StatusCode::INTERNAL_SERVER_ERROR
        }
    };
    Some(status.into_response())
}

async fn verdict(endpoint: &Endpoint, principal: Option<&Principal>) -> Verdict {
    let of_endpoint = endpoint.check(principal);
    match of_endpoint.verdict().await {
        Verdict::Allowed => endpoint.serves.admit(principal).verdict().await,
        refused => refused,
    }
}
