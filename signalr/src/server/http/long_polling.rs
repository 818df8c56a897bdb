use std::future::poll_fn;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use bytes::Bytes;
use tokio_util::sync::CancellationToken;

use super::connect::{Problem, named, offered, open_to_all};
use super::connection::{HttpConnection, Turn};
use super::refresh::of_poll;
use super::response::text;
use super::routes::Endpoint;
use crate::server::request::ConnectionRequest;
use crate::server::serve::Arrival;
use crate::transport::TransportKind;
use crate::transport::requests::{Outgoing, RequestTransport};

/// Answers a poll.
pub(super) async fn poll(
    endpoint: &Arc<Endpoint>,
    request: Request,
    token: Option<String>,
) -> Result<Response, Problem> {
    let connection = named(endpoint, token.as_deref())?;
    offered(endpoint, TransportKind::LongPolling)?;
    if connection.transport().is_none() {
        open_to_all(endpoint)?;
    }
    match connection.poll()? {
        Turn::First => {
            start(endpoint, &connection, request);
            Ok(data(Bytes::new()))
        }
        Turn::Wait(turn) => {
            let token = token.unwrap_or_default();
            let waiting = Waiting { connection, turn };
            let refused = of_poll(endpoint, &waiting.connection, &token, request).await;
            if let Err(refused) = refused {
                return Ok(refused);
            }
            let answer = waiting.answer(endpoint).await;
            if let Answer::Ended = answer {
                endpoint.table.remove(&token);
            }
            Ok(match answer {
                Answer::Data(payload) => data(payload),
                Answer::TimedOut => text(StatusCode::OK, ""),
                Answer::Ended | Answer::Superseded => text(StatusCode::NO_CONTENT, ""),
            })
        }
    }
}

/// Ends a connection at its client's wish.
pub(super) fn delete(endpoint: &Endpoint, token: Option<&str>) -> Result<Response, Problem> {
    let connection = named(endpoint, token)?;
    if connection.transport() != Some(TransportKind::LongPolling) {
        return Ok(text(
            StatusCode::BAD_REQUEST,
            "Cannot terminate this connection using the DELETE endpoint.",
        ));
    }
    endpoint.table.remove(token.unwrap_or_default());
    connection.exchange().dismiss();
    Ok(text(StatusCode::ACCEPTED, ""))
}

fn start(endpoint: &Arc<Endpoint>, connection: &HttpConnection, request: Request) {
    connection
        .authentication()
        .begin(request.extensions().get());
    let arrival = Arrival {
        id: connection.shared_id(),
        authentication: Arc::clone(connection.authentication()),
        timed_out: connection.timed_out().clone(),
        transport: Box::new(RequestTransport::new(
            Arc::clone(connection.exchange()),
            TransportKind::LongPolling,
        )),
        request: Some(Arc::new(ConnectionRequest::new(request.into_parts().0))),
        handover: connection.handover().cloned(),
        gone: None,
    };
    tokio::spawn(Arc::clone(&endpoint.serves).serve(arrival));
}

/// A poll that waits; dropped with its request if the client goes away.
struct Waiting {
    connection: Arc<HttpConnection>,
    turn: CancellationToken,
}

enum Answer {
    Data(Bytes),
    TimedOut,
    Superseded,
    Ended,
}

impl Waiting {
    async fn answer(&self, endpoint: &Endpoint) -> Answer {
        // The poll before this one may still be taking what it was woken for.
        let _turn = self.connection.polling().lock().await;
        let exchange = self.connection.exchange();
        tokio::select! {
            biased;
            outgoing = poll_fn(|cx| exchange.poll_take_down(cx)) => match outgoing {
                Outgoing::Payload(payload) => Answer::Data(payload),
                Outgoing::End => Answer::Ended,
            },
            () = self.turn.cancelled() => Answer::Superseded,
            () = tokio::time::sleep(endpoint.options.poll_timeout) => Answer::TimedOut,
        }
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.connection.poll_ended(&self.turn);
    }
}

/// Data of any protocol, and the empty answer to the first poll.
fn data(payload: Bytes) -> Response {
    let mut response = Response::new(Body::from(payload));
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/octet-stream"),
    );
    response
}
