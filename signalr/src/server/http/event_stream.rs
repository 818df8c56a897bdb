use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use bytes::Bytes;
use futures_core::Stream;

use super::connect::{Problem, named, offered, open_to_all};
use super::connection::HttpConnection;
use super::routes::Endpoint;
use crate::server::request::ConnectionRequest;
use crate::server::serve::Arrival;
use crate::transport::TransportKind;
use crate::transport::event_stream::{OPENING, event};
use crate::transport::requests::{Next, RequestTransport, UnderWay};

/// Answers a GET for events: its body is the connection's way down.
pub(super) fn open(
    endpoint: &Arc<Endpoint>,
    request: Request,
    token: Option<String>,
) -> Result<Response, Problem> {
    open_to_all(endpoint)?;
    let connection = named(endpoint, token.as_deref())?;
    offered(endpoint, TransportKind::ServerSentEvents)?;
    connection.carry(TransportKind::ServerSentEvents)?;
    connection
        .authentication()
        .begin(request.extensions().get());
    let arrival = Arrival {
        id: connection.shared_id(),
        authentication: Arc::clone(connection.authentication()),
        timed_out: connection.timed_out().clone(),
        transport: Box::new(RequestTransport::new(
            Arc::clone(connection.exchange()),
            TransportKind::ServerSentEvents,
        )),
        request: Some(Arc::new(ConnectionRequest::new(request.into_parts().0))),
        handover: connection.handover().cloned(),
        gone: None,
    };
    tokio::spawn(Arc::clone(&endpoint.serves).serve(arrival));
    let mut response = Response::new(Body::from_stream(Events {
        opened: false,
        connection,
        endpoint: Arc::clone(endpoint),
        token: token.unwrap_or_default(),
    }));
    for (name, value) in [
        (header::CONTENT_TYPE, "text/event-stream"),
        (header::CACHE_CONTROL, "no-cache,no-store"),
        (header::PRAGMA, "no-cache"),
        (header::CONTENT_ENCODING, "identity"),
    ] {
        response
            .headers_mut()
            .insert(name, HeaderValue::from_static(value));
    }
    Ok(response)
}

/// The body; when it is dropped the connection is over.
struct Events {
    opened: bool,
    connection: Arc<HttpConnection>,
    endpoint: Arc<Endpoint>,
    token: String,
}

/// An event as long as it is being written.
struct Event {
    bytes: Bytes,
    _under_way: UnderWay,
}

impl AsRef<[u8]> for Event {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl Stream for Events {
    /// An error makes the HTTP server close its socket at once.
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if !self.opened {
            self.opened = true;
            return Poll::Ready(Some(Ok(Bytes::from_static(OPENING))));
        }
        Poll::Ready(
            match ready!(self.connection.exchange().poll_next_down(cx)) {
                Next::Payload(payload, under_way) => Some(Ok(Bytes::from_owner(Event {
                    bytes: event(&payload),
                    _under_way: under_way,
                }))),
                Next::End => None,
                Next::Cut => Some(Err(io::ErrorKind::TimedOut.into())),
            },
        )
    }
}

impl Drop for Events {
    fn drop(&mut self) {
        self.connection.lose();
        self.endpoint.table.remove(&self.token);
    }
}
