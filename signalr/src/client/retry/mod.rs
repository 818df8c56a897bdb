//! When to try again: to reconnect, and to start.

mod attempts;
mod delays;
mod jitter;
mod policies;

pub use delays::RetryDelays;
pub use jitter::Jitter;

pub(super) use attempts::Attempts;
pub(super) use policies::Policies;

use std::error::Error;
use std::fmt;
use std::time::Duration;

use super::StartError;
use crate::error::CloseReason;

/// Says after how long a connection is tried again, and when it is given up.
///
/// A function is a policy: `|context: &RetryContext<'_>| Some(Duration::from_secs(5))`. So is a list
/// of delays, after the last of which the connection is given up, and [`RetryDelays`].
pub trait RetryPolicy: Send + Sync + 'static {
    /// How long to wait before the next try; `None`: there is none. A panic counts as `None`.
    fn next_delay(&self, context: &RetryContext<'_>) -> Option<Duration>;

    /// Makes each delay longer by a random time of up to `most`, so that the clients of a server
    /// that was restarted do not all come back at once.
    fn with_jitter(self, most: Duration) -> Jitter<Self>
    where
        Self: Sized,
    {
        Jitter::new(self, most)
    }
}

/// What a [`RetryPolicy`] decides by.
#[derive(Debug)]
#[non_exhaustive]
pub struct RetryContext<'a> {
    /// How many tries have been made since the connection was lost. For a start: how many were
    /// made after the first one.
    pub previous_retry_count: u32,
    /// How much time has gone by since the connection was lost, or the start began.
    pub elapsed: Duration,
    /// Why there has to be another try.
    pub reason: RetryReason<'a>,
}

/// Why a connection has to be tried again.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum RetryReason<'a> {
    /// The connection was lost.
    Lost(&'a CloseReason),
    /// The last try failed.
    Failed(&'a StartError),
}

impl fmt::Display for RetryReason<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Lost(reason) => reason.fmt(f),
            Self::Failed(error) => error.fmt(f),
        }
    }
}

impl Error for RetryReason<'_> {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Lost(reason) => reason.source(),
            Self::Failed(error) => error.source(),
        }
    }
}

impl<F> RetryPolicy for F
where
    F: Fn(&RetryContext<'_>) -> Option<Duration> + Send + Sync + 'static,
{
    fn next_delay(&self, context: &RetryContext<'_>) -> Option<Duration> {
        self(context)
    }
}
