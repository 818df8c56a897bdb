//! The time, in an order that nothing disturbs.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// A clock that never gives the same time twice, so that its times order and name messages.
#[derive(Debug, Default)]
pub struct Clock {
    last: AtomicU64,
}

impl Clock {
    /// Microseconds since 1970, later than all before.
    pub fn now(&self) -> u64 {
        let since_1970 = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        let wall = u64::try_from(since_1970.as_micros()).unwrap_or(u64::MAX);
        let later = |last: u64| wall.max(last + 1);
        let (Ok(last) | Err(last)) =
            self.last
                .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |last| {
                    Some(later(last))
                });
        later(last)
    }
}

#[cfg(test)]
mod tests {
    use super::Clock;

    #[test]
    fn no_time_is_given_twice() {
        let clock = Clock::default();
        let times: Vec<u64> = (0..1000).map(|_| clock.now()).collect();
        assert!(times.windows(2).all(|pair| pair[0] < pair[1]));
    }
}
