use std::time::Duration;

/// How a server lets its connections go; see [`SignalR::drain`](super::SignalR::drain).
#[derive(Debug, Clone)]
#[must_use]
pub struct DrainOptions {
    pub(super) spread: Duration,
    pub(super) deadline: Duration,
}

impl Default for DrainOptions {
    fn default() -> Self {
        Self {
            spread: Duration::from_secs(5),
            deadline: Duration::from_secs(20),
        }
    }
}

impl DrainOptions {
    /// Over how long the connections are asked to leave, one after the other, so that their
    /// clients do not all knock at the other servers at once. Default: 5 s.
    pub fn spread(mut self, over: Duration) -> Self {
        self.spread = over;
        self
    }

    /// How long calls and streams may go on, counted from the beginning; `Duration::MAX`: as long
    /// as they like. Default: 20 s.
    pub fn deadline(mut self, after: Duration) -> Self {
        self.deadline = after;
        self
    }
}
