use std::future::{Future as _, poll_fn};
use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::sync::Arc;

use futures_util::future::FutureExt;
use tracing::Instrument;

use super::Pump;
use super::input::Input;
use crate::error::HubError;
use crate::server::dispatch::LifetimeFuture;
use crate::server::end::End;
use crate::server::running::panicked;
use crate::server::spans;

impl Pump {
    /// Makes the connection known and runs `on_connected`.
    pub(super) async fn begin(&mut self) -> Result<(), End> {
        let hub = Arc::clone(&self.service.hub);
        let detailed = hub.options().enable_detailed_errors;
        self.is_known = true;
        let connection = Arc::clone(&self.connection);
        let known = self
            .while_writing(hub.lifetime().connected(&connection))
            .await;
        if let Err(error) = known {
            return Err(End::refused(&error.into(), detailed));
        }
        let span = spans::connected(hub.base().type_name);
        let event = guarded({
            let connection = Arc::clone(&self.connection);
            || hub.connected(connection)
        });
        let mut event = pin!(event.instrument(span.clone()));
        let connected = poll_fn(|cx| {
            // No message is read yet, but the handler may wait for the connection's end.
            self.connection.outbound.register(cx.waker());
            self.poll_transport(cx, true);
            if matches!(self.input, Input::Closed | Input::Lost) {
                self.connection.outbound.close();
            }
            if !matches!(self.input, Input::Open | Input::Away)
                || self.connection.requested_end().is_some()
            {
                self.connection.aborted().cancel();
            }
            let done = event.as_mut().poll(cx);
            self.poll_output(cx);
            done
        });
        match connected.await {
            Ok(()) => Ok(()),
            Err(error) => {
                spans::failed(&span, error.kind());
                tracing::error!(connection = self.connection.id(), %error, "on_connected failed");
                Err(End::refused(&error, detailed))
            }
        }
    }
}

/// A panic in `event`, or on the way to it, as its error.
pub(super) async fn guarded(event: impl FnOnce() -> LifetimeFuture) -> Result<(), HubError> {
    match AssertUnwindSafe(async { event().await })
        .catch_unwind()
        .await
    {
        Ok(outcome) => outcome,
        Err(panic) => Err(panicked(&*panic)),
    }
}
