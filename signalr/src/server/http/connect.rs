use std::sync::Arc;

use axum::extract::Request;
use axum::http::{Method, StatusCode};
use axum::response::Response;

use super::new_id;
use super::response::text;
use super::routes::Endpoint;
use super::table::Refusal;
use super::upgrade::Upgrade;
use crate::server::pump::Arrival;
use crate::server::request::{ConnectionRequest, query_values};
use crate::transport::websocket::WebSocket;

const NO_ID: &str = "Connection ID required";
const UNKNOWN_ID: &str = "No Connection with that ID";

/// Answers any request to a hub's path.
pub(super) fn connect(endpoint: &Arc<Endpoint>, mut request: Request) -> Response {
    let token = query_values(request.uri().query().unwrap_or_default(), "id")
        .reduce(|all, next| format!("{all},{next}").into())
        .filter(|token| !token.is_empty())
        .map(|token| token.into_owned());
    if request.method() == Method::GET {
        return match Upgrade::of(&mut request) {
            Some(upgrade) => web_socket(endpoint, upgrade, request, token.as_deref()),
            None => not_offered(endpoint, token.as_deref()),
        };
    }
    if request.method() == Method::POST || request.method() == Method::DELETE {
        let posting = request.method() == Method::POST;
        return match token {
            None => text(StatusCode::BAD_REQUEST, NO_ID),
            Some(token) if !endpoint.table.knows(&token, endpoint.key) => {
                text(StatusCode::NOT_FOUND, UNKNOWN_ID)
            }
            Some(_) if posting => text(
                StatusCode::METHOD_NOT_ALLOWED,
                "POST requests are not allowed for WebSocket connections.",
            ),
            Some(_) => text(
                StatusCode::BAD_REQUEST,
                "Cannot terminate this connection using the DELETE endpoint.",
            ),
        };
    }
    text(StatusCode::METHOD_NOT_ALLOWED, "")
}

fn not_offered(endpoint: &Endpoint, token: Option<&str>) -> Response {
    match token {
        None => text(StatusCode::BAD_REQUEST, NO_ID),
        Some(token) if !endpoint.table.knows(token, endpoint.key) => {
            text(StatusCode::NOT_FOUND, UNKNOWN_ID)
        }
        Some(_) => text(
            StatusCode::NOT_FOUND,
            "LongPolling transport not supported by this end point type",
        ),
    }
}

fn web_socket(
    endpoint: &Arc<Endpoint>,
    upgrade: Upgrade,
    request: Request,
    token: Option<&str>,
) -> Response {
    let active = match token.map(|token| endpoint.table.activate(token, endpoint.key)) {
        None => None,
        Some(Ok(active)) => Some(active),
        Some(Err(Refusal::Unknown)) => return text(StatusCode::NOT_FOUND, UNKNOWN_ID),
        Some(Err(Refusal::AlreadyActive)) => return text(StatusCode::CONFLICT, ""),
    };
    let id = match &active {
        Some(active) => Arc::clone(&active.id),
        None => new_id().into(),
    };
    let request = Arc::new(ConnectionRequest::new(request.into_parts().0));
    let service = endpoint.service.clone();
    let response = upgrade.response();
    tokio::spawn(async move {
        match upgrade.finish().await {
            Ok((io, early)) => {
                let arrival = Arrival {
                    id,
                    transport: Box::new(WebSocket::new(io, early)),
                    request: Some(request),
                };
                service.serve(arrival).await;
            }
            Err(error) => tracing::debug!(%error, "the upgrade to a WebSocket failed"),
        }
        drop(active);
    });
    response
}
