//! A connection from its start to its end, in one task: over one transport after the other, if it
//! reconnects.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::FutureExt;
use tokio::time::{Instant, sleep};
use tracing::Instrument;

use super::ConnectError;
use super::lifecycle::Run;
use super::metrics::{self, Visit};
use super::pump::{Handling, Pump};
use super::retry::{Attempts, RetryReason};
use super::session::Session;
use super::shared::Shared;
use super::start::{Established, Wire, establish};
use crate::error::CloseReason;

/// A connection that was made again and lost within this time counts as a try that failed: a server
/// that takes clients in only to drop them is not asked without end.
const FLEETING: Duration = Duration::from_secs(1);

/// A connection that is being driven. Nobody waits in vain for one that is dropped, as when the
/// runtime shuts down.
pub(super) struct Driver {
    shared: Arc<Shared>,
    run: Run,
    session: Arc<Session>,
}

impl Drop for Driver {
    fn drop(&mut self) {
        self.session.end(&CloseReason::Aborted);
        self.shared.lifecycle.disconnected(&self.run);
    }
}

impl Driver {
    pub(super) fn new(shared: Arc<Shared>, run: Run, session: Arc<Session>) -> Self {
        Self {
            shared,
            run,
            session,
        }
    }

    /// Drives the connection to its end, and tells of it.
    pub(super) async fn drive(mut self, mut wire: Wire) {
        let mut handling = Handling::default();
        let mut attempts = Attempts::begin();
        let reason = loop {
            let made = Instant::now();
            let mut pump = Pump::new(&self.shared, &self.session, wire, handling);
            let mut visit = Visit::begin(pump.kind());
            let span = tracing::info_span!("connection", id = self.session.connection_id, transport = %pump.kind());
            let reason = pump.run().instrument(span).await;
            visit.ends(&reason);
            if made.elapsed() >= FLEETING {
                attempts = Attempts::begin();
            }
            let Some(delay) = self.reconnects(&reason, &attempts) else {
                tracing::debug!(id = self.session.connection_id, %reason, "disconnecting");
                self.session.end(&reason);
                pump.close(&reason).await;
                handling = pump.into_handling();
                break reason;
            };
            tracing::info!(id = self.session.connection_id, %reason, "reconnecting");
            self.session.end(&reason);
            self.shared.reconnecting.tell(&reason);
            // A stop does not wait for a server that has been lost.
            self.run.unless_stopped(pump.close(&reason)).await;
            handling = pump.into_handling();
            // What the server called before the loss is still handled, in its order.
            let reconnecting = self.reconnect(&mut attempts, delay);
            match handling.beside(reconnecting).await {
                Ok(established) => {
                    // In case it does not last.
                    attempts.failed();
                    self.session = established.session;
                    wire = established.wire;
                    let id = self.session.connection_id.clone();
                    tracing::info!(id, "reconnected");
                    self.shared.reconnected.tell(&id);
                }
                Err(reason) => break reason,
            }
        };
        let shared = Arc::clone(&self.shared);
        drop(self);
        // Neither waits for the other: a handler that never ends does not keep anybody from
        // starting the connection again.
        shared.closed.tell(&reason);
        handling.finish().await;
    }

    /// Whether, and after how long, the connection is tried again.
    fn reconnects(&self, reason: &CloseReason, attempts: &Attempts) -> Option<Duration> {
        if !reason.allows_reconnect() {
            return None;
        }
        let policy = self.shared.policies.reconnect()?;
        let delay = attempts.next_delay(&*policy, RetryReason::Lost(reason))?;
        let is_wanted = self.shared.lifecycle.lost(&self.run);
        is_wanted.then_some(delay)
    }

    /// Tries until a try succeeds, the policy gives up or a stop comes.
    async fn reconnect(
        &self,
        attempts: &mut Attempts,
        delay: Duration,
    ) -> Result<Established, CloseReason> {
        let trying = self.try_again(attempts, delay);
        let established = self.run.unless_stopped(trying).await;
        let established = established.unwrap_or(Err(CloseReason::Stopped))?;
        // The stop may have come at the last moment.
        if self.shared.lifecycle.made(&self.run, &established.session) {
            Ok(established)
        } else {
            Err(CloseReason::Stopped)
        }
    }

    async fn try_again(
        &self,
        attempts: &mut Attempts,
        mut delay: Duration,
    ) -> Result<Established, CloseReason> {
        loop {
            sleep(delay).await;
            let trying = AssertUnwindSafe(establish(&self.shared)).catch_unwind();
            let panicked = || Err(ConnectError::transport("the connector panicked").into());
            let tried = trying.await.unwrap_or_else(|_| panicked());
            metrics::reconnect_attempt(tried.is_ok());
            let error = match tried {
                Ok(established) => return Ok(established),
                Err(error) => error,
            };
            attempts.failed();
            tracing::warn!(attempt = attempts.retries(), %error, "could not reconnect");
            let policy = self.shared.policies.reconnect();
            let next = policy
                .and_then(|policy| attempts.next_delay(&*policy, RetryReason::Failed(&error)));
            let Some(next) = next else {
                return Err(CloseReason::ReconnectFailed {
                    attempts: attempts.retries(),
                    elapsed: attempts.elapsed(),
                    last: error.to_string(),
                });
            };
            delay = next;
        }
    }
}
