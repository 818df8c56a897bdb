use std::time::Duration;

/// How long to wait before connecting again.
pub(super) struct Backoff {
    first: Duration,
    longest: Duration,
    next: Duration,
}

impl Backoff {
    pub(super) fn new(first: Duration, longest: Duration) -> Self {
        Self {
            first,
            longest,
            next: Duration::ZERO,
        }
    }

    /// The next delay, after a connection that lasted so long. One that lasted is restored at
    /// once; one that Redis ends again and again counts as one that cannot be made.
    pub(super) fn after(&mut self, lasted: Duration) -> Duration {
        if lasted >= self.longest {
            self.next = Duration::ZERO;
        }
        let delay = self.next;
        self.next = (delay * 2).clamp(self.first, self.longest);
        jittered(delay)
    }
}

/// Servers that lost Redis together come back one after the other.
fn jittered(delay: Duration) -> Duration {
    let mut byte = [0];
    // Without random numbers the delay is what it is.
    let _ = getrandom::fill(&mut byte);
    delay.mul_f64(0.75 + f64::from(byte[0]) / 512.0)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Backoff;

    #[test]
    fn what_lasted_is_restored_at_once_and_what_did_not_ever_later() {
        let second = Duration::from_secs(1);
        let mut backoff = Backoff::new(second, second * 5);
        let near = |delay: Duration, seconds: f64| {
            let seconds = seconds..=seconds * 1.25;
            (seconds.start() * 0.75..=*seconds.end()).contains(&delay.as_secs_f64())
        };
        assert_eq!(backoff.after(Duration::ZERO), Duration::ZERO);
        for seconds in [1.0, 2.0, 4.0, 5.0, 5.0] {
            assert!(near(backoff.after(second), seconds));
        }
        assert_eq!(backoff.after(second * 5), Duration::ZERO);
        assert!(near(backoff.after(second), 1.0));
    }
}
