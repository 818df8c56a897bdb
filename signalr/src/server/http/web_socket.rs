use std::sync::Arc;

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;

use super::connect::{Problem, named, offered, open_to_all};
use super::new_id;
use super::routes::Endpoint;
use super::upgrade::{Upgrade, words};
use crate::server::EndpointOptions;
use crate::server::authorize::Authentication;
use crate::server::pump::Arrival;
use crate::server::request::ConnectionRequest;
use crate::transport::TransportKind;
use crate::transport::websocket::WebSocket;

/// Answers an upgrade; without a token it opens a connection that was never negotiated.
pub(super) fn open(
    endpoint: &Arc<Endpoint>,
    upgrade: Upgrade,
    request: Request,
    token: Option<String>,
) -> Result<Response, Problem> {
    open_to_all(endpoint)?;
    let negotiated = token
        .as_deref()
        .map(|token| named(endpoint, Some(token)))
        .transpose()?;
    offered(endpoint, TransportKind::WebSockets)?;
    let principal = request.extensions().get();
    let (id, authentication) = match &negotiated {
        Some(connection) => {
            connection.carry(TransportKind::WebSockets)?;
            connection.authentication().begin(principal);
            let authentication = Arc::clone(connection.authentication());
            (connection.shared_id(), authentication)
        }
        None => (new_id().into(), Authentication::of(principal)),
    };
    let request = Arc::new(ConnectionRequest::new(request.into_parts().0));
    let response = upgrade.response(sub_protocol(&endpoint.options, request.headers()));
    let endpoint = Arc::clone(endpoint);
    tokio::spawn(async move {
        match upgrade.finish().await {
            Ok((io, early)) => {
                let arrival = Arrival {
                    id,
                    authentication,
                    transport: Box::new(WebSocket::server(io, early)),
                    request: Some(request),
                    gone: Some(Box::new({
                        let table = Arc::clone(&endpoint.table);
                        move || {
                            if let Some(token) = token {
                                table.remove(&token);
                            }
                        }
                    })),
                };
                Arc::clone(&endpoint.serves).serve(arrival).await;
            }
            Err(error) => {
                tracing::debug!(%error, "the upgrade to a WebSocket failed");
                if let Some(token) = token {
                    endpoint.table.remove(&token);
                }
            }
        }
    });
    Ok(response)
}

fn sub_protocol(options: &EndpointOptions, headers: &HeaderMap) -> Option<HeaderValue> {
    let select = options.sub_protocol_selector.as_ref()?;
    let offered: Vec<_> = words(headers, &header::SEC_WEBSOCKET_PROTOCOL).collect();
    let selected = select(&offered)?;
    let value = HeaderValue::try_from(&selected);
    if value.is_err() {
        tracing::error!(%selected, "this sub-protocol cannot be named in a header");
    }
    value.ok()
}
