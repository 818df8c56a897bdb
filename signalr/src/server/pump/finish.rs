use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;

use futures_util::future::FutureExt;
use futures_util::stream::StreamExt;
use tokio::runtime::Handle;
use tokio::time::timeout;
use tracing::Instrument;

use super::Pump;
use super::begin::guarded;
use super::input::Input;
use crate::server::end::End;
use crate::server::endpoint::EndpointOptions;
use crate::server::spans;
use crate::transport::Ending;

impl Pump {
    /// Says Close, tells the hub, and ends the transport.
    pub(super) async fn finish(&mut self, end: End) {
        let hub = Arc::clone(&self.service.hub);
        let connection = Arc::clone(&self.connection);
        tracing::debug!(connection = connection.id(), ?end, "closing");
        connection.end_with(end.clone());
        // Who comes for it now finds it gone.
        self.resume = None;
        let message = end
            .close_message(hub.options().enable_detailed_errors)
            .filter(|_| self.input != Input::Away);
        let can_write = message.is_some();
        if let Some((error, allow_reconnect)) = message {
            let mut bytes = Vec::with_capacity(64);
            connection
                .protocol()
                .write_close(&mut bytes, error.as_deref(), allow_reconnect);
            connection.outbound.force(&bytes);
            // Out before the hub is told, unless the client is slow to take it.
            poll_fn(|cx| {
                let _ = self.poll_write(cx);
                Poll::Ready(())
            })
            .await;
        } else {
            connection.outbound.clear();
        }
        connection.aborted().cancel();
        let mut ending = Ending::Normal;
        if !matches!(end, End::Refused { .. }) {
            let span = spans::disconnected(hub.base().type_name);
            let event = guarded(|| {
                let hub = Arc::clone(&hub);
                hub.disconnected(Arc::clone(&connection), end.cause())
            });
            let event = event.instrument(span.clone());
            if let Err(error) = self.while_writing(event).await {
                spans::failed(&span, error.kind());
                tracing::error!(connection = connection.id(), %error, "on_disconnected failed");
                ending = Ending::Fault;
            }
        }
        self.reader.uploads.clear();
        self.is_known = false;
        self.while_writing(hub.lifetime().disconnected(&connection))
            .await;
        // Others may wait for what a running call holds, so it goes on while the client is slow.
        let EndpointOptions {
            transport_send_timeout,
            close_timeout,
            ..
        } = *self.service.endpoint;
        if can_write {
            let flushed = poll_fn(|cx| {
                self.poll_calls(cx);
                self.poll_write(cx)
            });
            let _ = timeout(transport_send_timeout, flushed).await;
        }
        if can_write || self.input == Input::Closed {
            let closing = poll_fn(|cx| {
                self.poll_calls(cx);
                self.link.poll_close(cx, ending)
            });
            let _ = timeout(close_timeout, closing).await;
        }
        connection.slow.left(connection.id());
        tracing::debug!(connection = connection.id(), "disconnected");
    }

    /// Lets the calls that were running when the connection ended come to their end: what a
    /// client asked for is carried out even if it does not wait for the answer.
    pub(super) async fn linger(mut self) {
        let mut running = std::mem::take(&mut self.running);
        drop(self);
        while running.next().await.is_some() {}
    }
}

impl Drop for Pump {
    /// Whoever drops a connection before its end, or a panic, must not leave it in the lists:
    /// those who send to it would wait for ever.
    fn drop(&mut self) {
        if !self.is_known {
            return;
        }
        let connection = Arc::clone(&self.connection);
        connection.end_with(End::TransportGone { cause: None });
        connection.aborted().cancel();
        let lifetime = Arc::clone(self.service.hub.lifetime());
        let mut leaving = Box::pin(async move { lifetime.disconnected(&connection).await });
        if leaving.as_mut().now_or_never().is_none()
            && let Ok(runtime) = Handle::try_current()
        {
            runtime.spawn(leaving);
        }
    }
}
