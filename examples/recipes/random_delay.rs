//! A policy of one's own: any delay from 0 to 10 seconds, for a minute.

use std::time::Duration;

use signalr::client::{RetryContext, RetryPolicy};

pub struct RandomDelay;

impl RetryPolicy for RandomDelay {
    fn next_delay(&self, context: &RetryContext<'_>) -> Option<Duration> {
        let in_time = context.elapsed < Duration::from_secs(60);
        in_time.then(|| Duration::from_secs_f64(rand::random_range(0.0..10.0)))
    }
}
