use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use tokio::time::Instant;

use super::{RetryContext, RetryPolicy, RetryReason};

/// The tries to make one connection.
pub(in crate::client) struct Attempts {
    begun: Instant,
    retries: u32,
}

impl Attempts {
    pub(in crate::client) fn begin() -> Self {
        Self {
            begun: Instant::now(),
            retries: 0,
        }
    }

    /// When to try again.
    pub(in crate::client) fn next_delay(
        &self,
        policy: &dyn RetryPolicy,
        reason: RetryReason<'_>,
    ) -> Option<Duration> {
        let context = RetryContext {
            previous_retry_count: self.retries,
            elapsed: self.elapsed(),
            reason,
        };
        // What a panic leaves behind is the policy's own affair.
        let delay = catch_unwind(AssertUnwindSafe(|| policy.next_delay(&context)));
        delay.unwrap_or_else(|_| {
            tracing::error!("the retry policy panicked; the connection is given up");
            None
        })
    }

    /// A retry has failed.
    pub(in crate::client) fn failed(&mut self) {
        self.retries = self.retries.saturating_add(1);
    }

    pub(in crate::client) fn retries(&self) -> u32 {
        self.retries
    }

    pub(in crate::client) fn elapsed(&self) -> Duration {
        self.begun.elapsed()
    }
}
