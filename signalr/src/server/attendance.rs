use std::sync::{Arc, Mutex};
use std::time::Duration;

use slab::Slab;
use tokio::time::{Instant, sleep, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tokio_util::task::task_tracker::TaskTrackerToken;

use super::DrainOptions;
use super::connection::Connection;
use super::end::End;
use crate::connection::lock;

/// How long connections that are closed at the deadline may take to say so.
const GRACE: Duration = Duration::from_secs(5);

/// All connections that a server serves, whatever they carry: it lets them in, and it lets them
/// go.
#[derive(Default)]
pub(super) struct Attendance {
    /// Fired: nobody else is let in.
    closed: CancellationToken,
    present: Mutex<Slab<Guest>>,
    /// Counts those who are present.
    guests: TaskTracker,
    /// Counts what is done for them, calls that outlive their connection included.
    work: TaskTracker,
}

/// A connection, as far as letting it go matters.
#[derive(Clone)]
pub(super) enum Guest {
    Hub(Arc<Connection>),
    /// One without the hub protocol: what it receives ends when the token fires.
    Raw(CancellationToken),
}

impl Guest {
    /// Asks it to leave as soon as nothing runs for it.
    fn release(&self) {
        match self {
            Self::Hub(connection) => connection.release(),
            Self::Raw(released) => released.cancel(),
        }
    }

    /// Makes it leave.
    fn send_away(&self) {
        match self {
            Self::Hub(connection) => connection.end_with(End::Released),
            Self::Raw(released) => released.cancel(),
        }
    }
}

impl Attendance {
    /// Whether nobody else is let in.
    pub(super) fn is_closed(&self) -> bool {
        self.closed.is_cancelled()
    }

    /// Goes on with `entering` as long as anybody is let in.
    pub(super) async fn while_open<T>(&self, entering: impl Future<Output = T>) -> Option<T> {
        tokio::select! {
            biased;
            () = self.closed.cancelled() => None,
            entered = entering => Some(entered),
        }
    }

    /// Something is done for a connection, until the token is dropped.
    pub(super) fn work(&self) -> TaskTrackerToken {
        self.work.token()
    }

    /// A connection is there, until its stay is dropped.
    pub(super) fn enter(self: &Arc<Self>, guest: Guest) -> Stay {
        let place = lock(&self.present).insert(guest.clone());
        // It may have come in while the doors were being closed.
        if self.is_closed() {
            guest.release();
        }
        Stay {
            attendance: Arc::clone(self),
            place,
            _counted: self.guests.token(),
        }
    }

    /// Lets nobody in, and everybody go. What is still there at the end has not even taken its
    /// Close.
    pub(super) async fn drain(&self, options: &DrainOptions) {
        let began = Instant::now();
        self.closed.cancel();
        self.guests.close();
        self.work.close();
        let leaving = async {
            self.release_all(began, options.spread).await;
            self.work.wait().await;
        };
        // Not a point in time: `Duration::MAX` has none.
        if timeout(options.deadline, leaving).await.is_ok() {
            return;
        }
        let rest = self.guests();
        tracing::info!(connections = rest.len(), "not all has ended in time");
        rest.iter().for_each(Guest::send_away);
        let _ = timeout(GRACE, self.guests.wait()).await;
    }

    async fn release_all(&self, began: Instant, spread: Duration) {
        let guests = self.guests();
        tracing::info!(connections = guests.len(), "draining");
        let count = u32::try_from(guests.len()).unwrap_or(u32::MAX).max(1);
        for (number, guest) in (0..count).zip(guests) {
            let due = (spread / count).saturating_mul(number);
            let early = due.saturating_sub(began.elapsed());
            if !early.is_zero() {
                tokio::select! {
                    () = sleep(early) => {}
                    () = self.guests.wait() => return,
                }
            }
            guest.release();
        }
    }

    fn guests(&self) -> Vec<Guest> {
        lock(&self.present)
            .iter()
            .map(|(_, guest)| guest.clone())
            .collect()
    }
}

/// A connection's stay; over when dropped.
pub(super) struct Stay {
    attendance: Arc<Attendance>,
    place: usize,
    _counted: TaskTrackerToken,
}

impl Drop for Stay {
    fn drop(&mut self) {
        lock(&self.attendance.present).try_remove(self.place);
    }
}
