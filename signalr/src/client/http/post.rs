use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http::{HeaderValue, Method, header};
use reqwest::Url;

use super::RequestError;
use super::requests::{Request, Requests};
use crate::protocol::TransferFormat;
use crate::transport::TransportError;

/// The way up of a connection that is carried by requests: one POST after the other.
pub(super) struct Post {
    requests: Arc<Requests>,
    url: Url,
    sending: Option<Sending>,
}

type Sending = Pin<Box<dyn Future<Output = Result<(), RequestError>> + Send>>;

impl Post {
    pub(super) fn new(requests: Arc<Requests>, url: Url) -> Self {
        Self {
            requests,
            url,
            sending: None,
        }
    }

    pub(super) fn start(&mut self, payload: Bytes, format: TransferFormat) {
        let requests = Arc::clone(&self.requests);
        let media_type = match format {
            TransferFormat::Text => "text/plain;charset=UTF-8",
            TransferFormat::Binary => "application/octet-stream",
        };
        let request = Request::new(Method::POST, self.url.clone())
            .header(header::CONTENT_TYPE, HeaderValue::from_static(media_type))
            .body(payload);
        self.sending = Some(Box::pin(async move {
            let response = requests.send(request).await?;
            requests.successful(response).await.map(drop)
        }));
    }

    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), TransportError>> {
        let Some(sending) = &mut self.sending else {
            return Poll::Ready(Ok(()));
        };
        let sent = ready!(sending.as_mut().poll(cx));
        self.sending = None;
        Poll::Ready(sent.map_err(TransportError::new))
    }
}
