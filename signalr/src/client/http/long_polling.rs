use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http::{Method, StatusCode};
use reqwest::{Response, Url};

use super::RequestError;
use super::event_stream::Body;
use super::post::Post;
use super::requests::{Request, Requests};
use crate::protocol::TransferFormat;
use crate::transport::{Ending, Received, Transport, TransportError, TransportKind};

/// The client's end of a connection that comes down in one poll after the other.
pub(super) struct LongPolling {
    requests: Arc<Requests>,
    url: Url,
    poll: Stage,
    post: Post,
}

enum Stage {
    /// A poll waits for its answer.
    Asking(Asking<Response>),
    /// An answer is coming in.
    Reading(Body),
    /// The server has ended the connection.
    Ended,
    /// The server is told that the client leaves.
    Leaving(Asking<()>),
}

type Asking<T> = Pin<Box<dyn Future<Output = Result<T, RequestError>> + Send>>;

/// Opens a connection: the server answers the first poll at once.
pub(super) async fn open(requests: Arc<Requests>, url: Url) -> Result<LongPolling, RequestError> {
    let response = requests
        .send(Request::new(Method::GET, url.clone()))
        .await?;
    requests.successful(response).await?;
    Ok(LongPolling {
        poll: Stage::Asking(ask(&requests, &url)),
        post: Post::new(Arc::clone(&requests), url.clone()),
        requests,
        url,
    })
}

fn ask(requests: &Arc<Requests>, url: &Url) -> Asking<Response> {
    let requests = Arc::clone(requests);
    let request = Request::new(Method::GET, url.clone());
    Box::pin(async move {
        loop {
            match requests.send(request.clone()).await {
                // A poll may wait as long as it likes.
                Err(RequestError::TimedOut(_)) => {}
                answer => return requests.successful(answer?).await,
            }
        }
    })
}

fn leave(requests: &Arc<Requests>, url: &Url) -> Asking<()> {
    let requests = Arc::clone(requests);
    let request = Request::new(Method::DELETE, url.clone());
    Box::pin(async move { requests.send(request).await.map(drop) })
}

impl Transport for LongPolling {
    fn kind(&self) -> TransportKind {
        TransportKind::LongPolling
    }

    fn poll_receive(
        &mut self,
        cx: &mut Context<'_>,
        into: &mut Vec<u8>,
    ) -> Poll<Result<Received, TransportError>> {
        loop {
            match &mut self.poll {
                Stage::Asking(asking) => {
                    let answer = ready!(asking.as_mut().poll(cx)).map_err(TransportError::new)?;
                    self.poll = match answer.status() {
                        StatusCode::NO_CONTENT => Stage::Ended,
                        _ => Stage::Reading(Box::pin(answer.bytes_stream())),
                    };
                }
                Stage::Reading(body) => match ready!(body.as_mut().poll_next(cx)) {
                    Some(part) => {
                        let part = part
                            .map_err(|error| TransportError::new(RequestError::network(error)))?;
                        into.extend_from_slice(&part);
                        return Poll::Ready(Ok(Received::Data));
                    }
                    None => self.poll = Stage::Asking(ask(&self.requests, &self.url)),
                },
                Stage::Ended | Stage::Leaving(_) => return Poll::Ready(Ok(Received::Closed)),
            }
        }
    }

    fn start_send(&mut self, payload: Bytes, format: TransferFormat) {
        self.post.start(payload, format);
    }

    fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), TransportError>> {
        self.post.poll(cx)
    }

    fn poll_close(&mut self, cx: &mut Context<'_>, _: Ending) -> Poll<()> {
        let _ = ready!(self.post.poll(cx));
        loop {
            match &mut self.poll {
                Stage::Asking(_) | Stage::Reading(_) => {
                    self.poll = Stage::Leaving(leave(&self.requests, &self.url));
                }
                Stage::Leaving(leaving) => {
                    // A server that has ended the connection already does not know it any more.
                    let _ = ready!(leaving.as_mut().poll(cx));
                    self.poll = Stage::Ended;
                }
                Stage::Ended => return Poll::Ready(()),
            }
        }
    }
}
