use std::time::Duration;

use super::{RetryContext, RetryPolicy};

/// A policy whose delays are longer by a random time; see [`RetryPolicy::with_jitter`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Jitter<P> {
    policy: P,
    most: Duration,
}

impl<P> Jitter<P> {
    pub(super) fn new(policy: P, most: Duration) -> Self {
        Self { policy, most }
    }
}

impl<P: RetryPolicy> RetryPolicy for Jitter<P> {
    fn next_delay(&self, context: &RetryContext<'_>) -> Option<Duration> {
        let delay = self.policy.next_delay(context)?;
        // Without randomness there is no jitter, which is no reason to give up.
        let share = f64::from(getrandom::u32().unwrap_or(0)) / f64::from(u32::MAX);
        let longer = self.most.as_secs_f64() * share;
        Some(delay.saturating_add(Duration::try_from_secs_f64(longer).unwrap_or(self.most)))
    }
}
