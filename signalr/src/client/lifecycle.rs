use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::session::Session;
use super::{ConnectionState, StartError};
use crate::connection::lock;
use crate::error::InvokeError;

/// Where a connection stands, and what a stop has to end.
#[derive(Default)]
pub(super) struct Lifecycle {
    phase: Mutex<Phase>,
    changed: Notify,
}

#[derive(Default)]
enum Phase {
    #[default]
    Disconnected,
    Connecting(Run),
    Connected(Run, Arc<Session>),
    Reconnecting(Run),
    Disconnecting(Run),
}

impl Phase {
    fn is_of(&self, run: &Run) -> bool {
        match self {
            Self::Disconnected => false,
            Self::Connecting(own)
            | Self::Connected(own, _)
            | Self::Reconnecting(own)
            | Self::Disconnecting(own) => own.is(run),
        }
    }

    fn state(&self) -> ConnectionState {
        match self {
            Self::Disconnected => ConnectionState::Disconnected,
            Self::Connecting(_) => ConnectionState::Connecting,
            Self::Connected(..) => ConnectionState::Connected,
            Self::Reconnecting(_) => ConnectionState::Reconnecting,
            Self::Disconnecting(_) => ConnectionState::Disconnecting,
        }
    }
}

/// All from one start to the disconnected state, over however many connections.
#[derive(Clone, Default)]
pub(super) struct Run {
    stop: CancellationToken,
    over: CancellationToken,
    identity: Arc<()>,
}

impl Run {
    fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.identity, &other.identity)
    }

    /// Does `work` unless a stop comes first.
    pub(super) async fn unless_stopped<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        self.stop.run_until_cancelled(work).await
    }
}

impl Lifecycle {
    pub(super) fn state(&self) -> ConnectionState {
        lock(&self.phase).state()
    }

    /// The connection that calls go over.
    pub(super) fn session(&self) -> Option<Arc<Session>> {
        match &*lock(&self.phase) {
            Phase::Connected(_, session) => Some(Arc::clone(session)),
            _ => None,
        }
    }

    /// The connection that calls go over. While it is being made, or made again, this waits, but
    /// not longer than `limit`.
    pub(super) async fn session_within(
        &self,
        limit: Duration,
    ) -> Result<Arc<Session>, InvokeError> {
        if let Some(session) = self.session() {
            return Ok(session);
        }
        if limit.is_zero() || !self.is_being_made() {
            return Err(InvokeError::NotConnected);
        }
        match timeout(limit, self.next_session()).await {
            Ok(session) => session.ok_or(InvokeError::NotConnected),
            Err(_) => Err(InvokeError::TimedOut(limit)),
        }
    }

    fn is_being_made(&self) -> bool {
        matches!(
            self.state(),
            ConnectionState::Connecting | ConnectionState::Reconnecting
        )
    }

    async fn next_session(&self) -> Option<Arc<Session>> {
        loop {
            // Whatever changes from here on wakes.
            let changed = self.changed.notified();
            if let Some(session) = self.session() {
                return Some(session);
            }
            if !self.is_being_made() {
                return None;
            }
            changed.await;
        }
    }

    /// Begins a start.
    pub(super) fn begin(&self) -> Result<Attempt<'_>, StartError> {
        let run = Run::default();
        let phase = lock(&self.phase);
        if !matches!(*phase, Phase::Disconnected) {
            return Err(StartError::NotDisconnected(phase.state()));
        }
        self.change(phase, Phase::Connecting(run.clone()));
        Ok(Attempt {
            lifecycle: self,
            run,
            has_failed: true,
        })
    }

    /// Asks whatever is under way to end; the token fires when it has. `None`: there is nothing.
    pub(super) fn request_stop(&self) -> Option<CancellationToken> {
        let phase = lock(&self.phase);
        let (run, session) = match &*phase {
            Phase::Disconnected => return None,
            Phase::Disconnecting(run) => return Some(run.over.clone()),
            Phase::Connecting(run) => {
                // Not waited for: who stops it may be the one who has to go on with the start.
                let run = run.clone();
                self.change(phase, Phase::Disconnected);
                run.stop.cancel();
                return None;
            }
            Phase::Reconnecting(run) => (run.clone(), None),
            Phase::Connected(run, session) => (run.clone(), Some(Arc::clone(session))),
        };
        self.change(phase, Phase::Disconnecting(run.clone()));
        run.stop.cancel();
        if let Some(session) = session {
            session.request_stop();
        }
        Some(run.over)
    }

    /// The connection is lost and about to be made again; `false`: it was stopped meanwhile.
    pub(super) fn lost(&self, run: &Run) -> bool {
        let phase = lock(&self.phase);
        let was_connected = matches!(*phase, Phase::Connected(..)) && phase.is_of(run);
        if was_connected {
            self.change(phase, Phase::Reconnecting(run.clone()));
        }
        was_connected
    }

    /// The connection is made, or made again; `false`: it was stopped meanwhile.
    pub(super) fn made(&self, run: &Run, session: &Arc<Session>) -> bool {
        let phase = lock(&self.phase);
        let was_awaited =
            matches!(*phase, Phase::Connecting(_) | Phase::Reconnecting(_)) && phase.is_of(run);
        if was_awaited {
            self.change(phase, Phase::Connected(run.clone(), Arc::clone(session)));
        }
        was_awaited
    }

    /// A run has ended.
    pub(super) fn disconnected(&self, run: &Run) {
        let phase = lock(&self.phase);
        if phase.is_of(run) {
            self.change(phase, Phase::Disconnected);
        }
        run.over.cancel();
    }

    fn change(&self, mut phase: MutexGuard<'_, Phase>, next: Phase) {
        let previous = std::mem::replace(&mut *phase, next);
        drop(phase);
        drop(previous);
        self.changed.notify_waiters();
    }
}

/// A start under way. Dropping it leaves the connection disconnected.
pub(super) struct Attempt<'a> {
    lifecycle: &'a Lifecycle,
    run: Run,
    has_failed: bool,
}

impl Attempt<'_> {
    /// Does `work` unless a stop comes first.
    pub(super) async fn run<T>(
        &self,
        work: impl Future<Output = Result<T, StartError>>,
    ) -> Result<T, StartError> {
        let done = self.run.unless_stopped(work).await;
        // What came of it since the stop says nothing.
        done.filter(|_| !self.run.stop.is_cancelled())
            .unwrap_or(Err(StartError::Stopped))
    }

    /// The start has succeeded, unless a stop came at the last moment.
    pub(super) fn succeed(mut self, session: &Arc<Session>) -> Result<Run, StartError> {
        if !self.lifecycle.made(&self.run, session) {
            return Err(StartError::Stopped);
        }
        self.has_failed = false;
        Ok(self.run.clone())
    }
}

impl Drop for Attempt<'_> {
    fn drop(&mut self) {
        if self.has_failed {
            self.lifecycle.disconnected(&self.run);
        }
    }
}
