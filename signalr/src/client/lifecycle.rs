use std::sync::{Arc, Mutex};

use tokio_util::sync::CancellationToken;

use super::session::Session;
use super::{ConnectionState, StartError};
use crate::connection::lock;

/// Where a connection stands, and what a stop has to end.
#[derive(Default)]
pub(super) struct Lifecycle(Mutex<Phase>);

#[derive(Default)]
enum Phase {
    #[default]
    Disconnected,
    Connecting(Interrupt),
    Connected(Arc<Session>),
    Disconnecting(Arc<Session>),
}

impl Phase {
    fn state(&self) -> ConnectionState {
        match self {
            Self::Disconnected => ConnectionState::Disconnected,
            Self::Connecting(_) => ConnectionState::Connecting,
            Self::Connected(_) => ConnectionState::Connected,
            Self::Disconnecting(_) => ConnectionState::Disconnecting,
        }
    }
}

/// Asks a start to give up, and says when it has.
#[derive(Clone, Default)]
struct Interrupt {
    requested: CancellationToken,
    done: CancellationToken,
}

impl Lifecycle {
    pub(super) fn state(&self) -> ConnectionState {
        lock(&self.0).state()
    }

    /// The connection that calls go over.
    pub(super) fn session(&self) -> Option<Arc<Session>> {
        match &*lock(&self.0) {
            Phase::Connected(session) => Some(Arc::clone(session)),
            _ => None,
        }
    }

    /// Begins a start.
    pub(super) fn begin(&self) -> Result<Attempt<'_>, StartError> {
        let interrupt = Interrupt::default();
        let mut phase = lock(&self.0);
        if !matches!(*phase, Phase::Disconnected) {
            return Err(StartError::NotDisconnected(phase.state()));
        }
        *phase = Phase::Connecting(interrupt.clone());
        drop(phase);
        Ok(Attempt {
            lifecycle: self,
            interrupt,
        })
    }

    /// Asks whatever is under way to end; the token fires when it has. `None`: there is nothing.
    pub(super) fn request_stop(&self) -> Option<CancellationToken> {
        let mut phase = lock(&self.0);
        match &*phase {
            Phase::Disconnected => None,
            Phase::Connecting(interrupt) => {
                interrupt.requested.cancel();
                Some(interrupt.done.clone())
            }
            Phase::Connected(session) => {
                let session = Arc::clone(session);
                *phase = Phase::Disconnecting(Arc::clone(&session));
                drop(phase);
                session.request_stop();
                Some(session.over().clone())
            }
            Phase::Disconnecting(session) => Some(session.over().clone()),
        }
    }

    /// A connection has ended; says so once.
    pub(super) fn disconnected(&self, session: &Session) {
        if session.over().is_cancelled() {
            return;
        }
        *lock(&self.0) = Phase::Disconnected;
        session.over().cancel();
    }
}

/// A start under way. Dropping it leaves the connection disconnected.
pub(super) struct Attempt<'a> {
    lifecycle: &'a Lifecycle,
    interrupt: Interrupt,
}

impl Attempt<'_> {
    /// Runs `work` unless a stop comes first.
    pub(super) async fn run<T>(
        &self,
        work: impl Future<Output = Result<T, StartError>>,
    ) -> Result<T, StartError> {
        let done = self.interrupt.requested.run_until_cancelled(work).await;
        done.unwrap_or(Err(StartError::Stopped))
    }

    /// The start has succeeded, unless a stop came at the last moment.
    pub(super) fn succeed(self, session: &Arc<Session>) -> Result<(), StartError> {
        let mut phase = lock(&self.lifecycle.0);
        if self.interrupt.requested.is_cancelled() {
            drop(phase);
            return Err(StartError::Stopped);
        }
        *phase = Phase::Connected(Arc::clone(session));
        Ok(())
    }
}

impl Drop for Attempt<'_> {
    fn drop(&mut self) {
        let mut phase = lock(&self.lifecycle.0);
        if matches!(*phase, Phase::Connecting(_)) {
            *phase = Phase::Disconnected;
        }
        drop(phase);
        self.interrupt.done.cancel();
    }
}
