use std::time::Duration;

use super::{RetryContext, RetryPolicy};

/// A list of delays; when the try after the last one has failed, the connection is given up.
///
/// The default is that of the official clients: 0, 2, 10 and 30 seconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RetryDelays(Box<[Duration]>);

impl RetryDelays {
    /// These delays.
    pub fn new(delays: impl Into<Box<[Duration]>>) -> Self {
        Self(delays.into())
    }
}

impl Default for RetryDelays {
    fn default() -> Self {
        Self([0, 2, 10, 30].map(Duration::from_secs).into())
    }
}

impl RetryPolicy for RetryDelays {
    fn next_delay(&self, context: &RetryContext<'_>) -> Option<Duration> {
        self.0.next_delay(context)
    }
}

impl RetryPolicy for Box<[Duration]> {
    fn next_delay(&self, context: &RetryContext<'_>) -> Option<Duration> {
        let count = usize::try_from(context.previous_retry_count).ok()?;
        self.get(count).copied()
    }
}

impl RetryPolicy for Vec<Duration> {
    fn next_delay(&self, context: &RetryContext<'_>) -> Option<Duration> {
        let count = usize::try_from(context.previous_retry_count).ok()?;
        self.get(count).copied()
    }
}

impl<const N: usize> RetryPolicy for [Duration; N] {
    fn next_delay(&self, context: &RetryContext<'_>) -> Option<Duration> {
        let count = usize::try_from(context.previous_retry_count).ok()?;
        self.get(count).copied()
    }
}
