use std::sync::Arc;
use std::time::SystemTime;

use axum::Json;
use axum::extract::Request;
use axum::http::request::Parts;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::admission::refuse;
use super::connect::token;
use super::connection::HttpConnection;
use super::response::text;
use super::routes::Endpoint;
use crate::server::Principal;
use crate::server::authorize::{AuthenticationRefresh, Refreshed};
use crate::server::request::ConnectionRequest;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Accepted {
    #[serde(skip_serializing_if = "Option::is_none")]
    token_lifetime_seconds: Option<i32>,
}

#[derive(Serialize)]
struct Refused {
    error: &'static str,
}

fn refused(status: StatusCode, error: &'static str) -> Response {
    (status, Json(Refused { error })).into_response()
}

/// Answers `POST {path}/refresh`: a connection that lives goes on with what this request proves.
pub(super) async fn refresh(endpoint: Arc<Endpoint>, request: Request) -> Response {
    let (request, _) = request.into_parts();
    let answer = refuse(
        &endpoint,
        &request.uri,
        &request.headers,
        &request.extensions,
    );
    if let Some(answer) = answer.await {
        return answer;
    }
    if request.method != Method::POST {
        return text(StatusCode::METHOD_NOT_ALLOWED, "");
    }
    let Some(token) = token(&request.uri) else {
        return refused(StatusCode::BAD_REQUEST, "missing_connection_token");
    };
    let Some(connection) = endpoint.table.find(&token, endpoint.key) else {
        return refused(StatusCode::NOT_FOUND, "connection_not_found");
    };
    if connection.id() == token {
        // Others may know the id; only a token shows that it is this client who asks.
        return refused(StatusCode::BAD_REQUEST, "unsupported_negotiate_version");
    }
    let Some(principal) = request.extensions.get::<Principal>().cloned() else {
        return refused(StatusCode::UNAUTHORIZED, "invalid_token");
    };
    match renew(&endpoint, &connection, request, principal).await {
        Err(answer) => answer,
        // It may have ended while the application decided.
        Ok(()) if endpoint.table.find(&token, endpoint.key).is_none() => {
            refused(StatusCode::NOT_FOUND, "connection_not_found")
        }
        Ok(()) => Json(Accepted {
            token_lifetime_seconds: lifetime(connection.authentication().expires()),
        })
        .into_response(),
    }
}

/// Looks at who polls. `Err`: the connection is over, because of this answer.
pub(super) async fn of_poll(
    endpoint: &Endpoint,
    connection: &Arc<HttpConnection>,
    token: &str,
    request: Request,
) -> Result<(), Response> {
    let principal = request.extensions().get::<Principal>().cloned();
    let authentication = connection.authentication();
    let known = authentication.principal();
    let is_known = match (&known, &principal) {
        (None, None) => true,
        (Some(known), Some(principal)) => known.is_like(principal),
        _ => false,
    };
    let outcome = match principal {
        principal if is_known || !endpoint.options.enable_authentication_refresh => {
            authentication.prolong(authentication.turn(), principal.as_ref());
            return Ok(());
        }
        None => Err(refused(StatusCode::FORBIDDEN, "permission_change_rejected")),
        Some(principal) => renew(endpoint, connection, request.into_parts().0, principal).await,
    };
    if outcome.is_err() {
        endpoint.table.remove(token);
        connection.lose();
    }
    outcome
}

async fn renew(
    endpoint: &Endpoint,
    connection: &HttpConnection,
    request: Parts,
    principal: Principal,
) -> Result<(), Response> {
    let authentication = connection.authentication();
    let turn = authentication.turn();
    let refresh = AuthenticationRefresh {
        connection_id: connection.shared_id(),
        request: ConnectionRequest::new(request),
        previous: authentication.principal(),
        principal,
    };
    let check = endpoint.options.on_authentication_refresh.as_ref();
    match authentication.refresh(turn, check, refresh).await {
        Refreshed::Done => Ok(()),
        Refreshed::Rejected => Err(refused(StatusCode::FORBIDDEN, "permission_change_rejected")),
        Refreshed::Failed => Err(text(StatusCode::INTERNAL_SERVER_ERROR, "")),
    }
}

/// How many whole seconds are left; nothing where there is no end, or it has come.
pub(super) fn lifetime(expires: Option<SystemTime>) -> Option<i32> {
    let left = expires?.duration_since(SystemTime::now()).ok()?.as_secs();
    (left > 0).then(|| i32::try_from(left).unwrap_or(i32::MAX))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_lifetime_is_in_whole_seconds() {
        let after = |seconds| {
            let expires = SystemTime::now() + Duration::from_secs(seconds);
            lifetime(Some(expires + Duration::from_millis(500)))
        };
        assert_eq!(lifetime(None), None);
        assert_eq!(lifetime(Some(SystemTime::UNIX_EPOCH)), None);
        assert_eq!(after(0), None);
        assert_eq!(after(3600), Some(3600));
        assert_eq!(after(1 << 40), Some(i32::MAX));
    }
}
