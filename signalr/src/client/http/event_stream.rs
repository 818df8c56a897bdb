use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_util::Stream;
use http::{HeaderValue, Method, header};
use reqwest::Url;

use super::RequestError;
use super::post::Post;
use super::requests::{Request, Requests};
use crate::protocol::TransferFormat;
use crate::transport::event_stream::EventReader;
use crate::transport::{Ending, Received, Transport, TransportError, TransportKind};

const MEDIA_TYPE: &str = "text/event-stream";

/// What an answer holds, as it comes.
pub(super) type Body = Pin<Box<dyn Stream<Item = reqwest::Result<Bytes>> + Send>>;

/// The client's end of a connection that comes down as an event stream.
pub(super) struct EventStream {
    body: Body,
    reader: EventReader,
    post: Post,
}

/// Opens an event stream.
pub(super) async fn open(requests: Arc<Requests>, url: Url) -> Result<EventStream, RequestError> {
    let request = Request::new(Method::GET, url.clone())
        .header(header::ACCEPT, HeaderValue::from_static(MEDIA_TYPE));
    let response = requests.send(request).await?;
    let response = requests.successful(response).await?;
    let media_type = response.headers().get(header::CONTENT_TYPE);
    if !media_type.is_some_and(|it| it.as_bytes().starts_with(MEDIA_TYPE.as_bytes())) {
        return Err(RequestError::Unexpected(format!(
            "the server's answer is no event stream, but {media_type:?}"
        )));
    }
    Ok(EventStream {
        body: Box::pin(response.bytes_stream()),
        reader: EventReader::default(),
        post: Post::new(requests, url),
    })
}

impl Transport for EventStream {
    fn kind(&self) -> TransportKind {
        TransportKind::ServerSentEvents
    }

    fn poll_receive(
        &mut self,
        cx: &mut Context<'_>,
        into: &mut Vec<u8>,
    ) -> Poll<Result<Received, TransportError>> {
        let before = into.len();
        while into.len() == before {
            match ready!(self.body.as_mut().poll_next(cx)) {
                Some(part) => {
                    let part =
                        part.map_err(|error| TransportError::new(RequestError::network(error)))?;
                    self.reader.read(&part, into);
                }
                None => return Poll::Ready(Ok(Received::Closed)),
            }
        }
        Poll::Ready(Ok(Received::Data))
    }

    fn start_send(&mut self, payload: Bytes, format: TransferFormat) {
        self.post.start(payload, format);
    }

    fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), TransportError>> {
        self.post.poll(cx)
    }

    /// There is no word for it: the server learns of the end when the stream is dropped.
    fn poll_close(&mut self, cx: &mut Context<'_>, _: Ending) -> Poll<()> {
        let _ = ready!(self.post.poll(cx));
        self.body = Box::pin(futures_util::stream::empty());
        Poll::Ready(())
    }
}
