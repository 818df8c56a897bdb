use std::future::poll_fn;

use axum::extract::Request;
use axum::http::StatusCode;
use axum::response::Response;
use futures_util::StreamExt;

use super::connect::{Problem, named};
use super::response::text;
use super::routes::Endpoint;
use crate::transport::TransportKind;

/// Takes what a client without a WebSocket sends: answered once the hub has room for all of it,
/// not once it is worked on.
pub(super) async fn post(
    endpoint: &Endpoint,
    request: Request,
    token: Option<&str>,
) -> Result<Response, Problem> {
    let connection = named(endpoint, token)?;
    if connection.transport() == Some(TransportKind::WebSockets) {
        return Ok(text(
            StatusCode::METHOD_NOT_ALLOWED,
            "POST requests are not allowed for WebSocket connections.",
        ));
    }
    let _turn = connection.posting().lock().await;
    let exchange = connection.exchange();
    let mut body = request.into_body().into_data_stream();
    loop {
        let part = tokio::select! {
            biased;
            part = body.next() => part,
            // A body may take for ever; the connection must not live as long.
            () = poll_fn(|cx| exchange.poll_end_up(cx)) => return Ok(text(StatusCode::NOT_FOUND, "")),
        };
        match part {
            None => return Ok(text(StatusCode::OK, "")),
            Some(Err(_)) => return Ok(text(StatusCode::BAD_REQUEST, "")),
            Some(Ok(mut part)) => {
                let written = poll_fn(|cx| exchange.poll_write_up(cx, &mut part)).await;
                if written.is_err() {
                    return Ok(text(StatusCode::NOT_FOUND, ""));
                }
            }
        }
    }
}
