use std::sync::Arc;

use bytes::Bytes;
use serde::de::DeserializeOwned;
use tokio::sync::oneshot;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tracing::Span;

use super::calls::{Awaited, InFlight, Items, Pending};
use super::metrics::Wait;
use super::session::Session;
use super::upload::upload;
use super::{HubConnection, spans};
use crate::connection::queue;
use crate::contract::{ReplyStream, Upload};
use crate::error::{CloseReason, InvokeError};
use crate::protocol::{Argument, OutgoingInvocation};

/// A call that is written, but not yet sent.
pub(super) struct Call {
    link: HubConnection,
    id: u64,
    message: Bytes,
    uploads: Vec<(u64, Upload)>,
    span: Span,
}

/// What is called, with what, and what is wanted back.
pub(super) struct Request<'a> {
    pub(super) method: &'a str,
    pub(super) arguments: &'a [&'a dyn Argument],
    pub(super) uploads: Vec<Upload>,
    pub(super) wanted: Wanted,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    Nothing,
    Result,
    Stream,
}

impl Call {
    pub(super) fn write(link: &HubConnection, request: Request<'_>) -> Result<Self, InvokeError> {
        let shared = link.shared();
        let uploads: Vec<_> = request
            .uploads
            .into_iter()
            .map(|upload| (shared.next_id(), upload))
            .collect();
        let stream_ids: Vec<String> = uploads.iter().map(|(id, _)| id.to_string()).collect();
        let stream_ids: Vec<&str> = stream_ids.iter().map(String::as_str).collect();
        let (id, invocation_id) = match request.wanted {
            Wanted::Nothing => (0, None),
            Wanted::Result | Wanted::Stream => {
                let id = shared.next_id();
                (id, Some(id.to_string()))
            }
        };
        let settings = &shared.settings;
        let span = spans::call(
            settings.service.as_ref(),
            request.method,
            invocation_id.as_deref(),
        );
        let headers = match &settings.call_headers {
            Some(headers) => span.in_scope(|| (headers.0)()),
            None => Vec::new(),
        };
        let headers: Vec<(&str, &str)> = headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let mut message = Vec::with_capacity(128);
        settings
            .protocol
            .write_invocation(
                &mut message,
                &OutgoingInvocation {
                    headers: &headers,
                    invocation_id: invocation_id.as_deref(),
                    target: request.method,
                    arguments: request.arguments,
                    stream_ids: &stream_ids,
                    streaming: request.wanted == Wanted::Stream,
                },
            )
            .map_err(InvokeError::Encode)?;
        settings.maximum_send_message_size.check(message.len())?;
        Ok(Self {
            link: link.clone(),
            id,
            message: message.into(),
            uploads,
            span,
        })
    }

    /// The call's span, for the future that carries it out.
    pub(super) fn span(&self) -> Span {
        self.span.clone()
    }

    /// Sends the call and waits for its result.
    pub(super) async fn result<R: DeserializeOwned + Send + 'static>(
        mut self,
    ) -> Result<R, InvokeError> {
        let mut wait = Wait::begin();
        let limit = self.link.shared().settings.call_timeout;
        let answering = async {
            let (place, result) = oneshot::channel::<Result<R, InvokeError>>();
            let _in_flight = self.send(Awaited::Result(Box::new(place))).await?;
            // The place is lost only where a decoder panicked.
            result
                .await
                .unwrap_or(Err(InvokeError::Closed(CloseReason::Aborted)))
        };
        let result = match limit {
            None => answering.await,
            Some(limit) => timeout(limit, answering)
                .await
                .unwrap_or(Err(InvokeError::TimedOut(limit))),
        };
        wait.ends(&result);
        result
    }

    /// Sends the call and gives the stream of its items.
    pub(super) async fn stream<T: DeserializeOwned + Send + 'static>(
        mut self,
    ) -> Result<ReplyStream<T>, InvokeError> {
        let (writer, reader) = queue(self.link.shared().settings.stream_buffer_capacity);
        let in_flight = self.send(Awaited::Stream(Arc::new(writer))).await?;
        let items = Items::new(reader, in_flight, self.link, self.span);
        Ok(ReplyStream::new(items))
    }

    /// Sends the call, of which nothing more will be heard.
    pub(super) async fn notify(mut self) -> Result<(), InvokeError> {
        let session = self.link.session().await?;
        session.send(&self.message).await;
        if let Some(reason) = session.calls.ended() {
            return Err(InvokeError::Closed(reason));
        }
        self.start_uploads(&session, None);
        Ok(())
    }

    async fn send(&mut self, awaited: Awaited) -> Result<InFlight, InvokeError> {
        let session = self.link.session().await?;
        let over = (!self.uploads.is_empty()).then(CancellationToken::new);
        // Registered first: the answer may come before the sender runs again.
        session
            .calls
            .insert(self.id, Pending::new(awaited, over.clone()))?;
        let mut in_flight = InFlight::new(Arc::clone(&session), self.id);
        session.send(&self.message).await;
        in_flight.sent();
        self.start_uploads(&session, over.as_ref());
        Ok(in_flight)
    }

    fn start_uploads(&mut self, session: &Arc<Session>, over: Option<&CancellationToken>) {
        for (id, items) in self.uploads.drain(..) {
            let upload = upload(Arc::clone(session), id, items, over.cloned());
            session.start_upload(Box::pin(upload));
        }
    }
}
