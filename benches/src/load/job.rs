use serde::{Deserialize, Serialize};

use super::Target;
use super::broadcast::Audience;

/// What the load generator is to do, handed to its process as JSON.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Job {
    pub(crate) target: Target,
    pub(crate) work: Work,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum Work {
    /// Each connection keeps so many calls of `Echo` under way.
    Echo {
        connections: usize,
        in_flight: usize,
        seconds: f64,
    },
    /// One client calls, `window` times at once, a method that sends to all of the audience.
    Broadcast {
        connections: usize,
        window: u64,
        seconds: f64,
        audience: Audience,
    },
    /// Each connection reads one stream to its end.
    Stream { connections: usize, items: u64 },
    /// Each connection uploads one stream.
    Upload { connections: usize, items: u64 },
    /// Connections are opened and dropped, so many at the same time.
    Connect { count: usize, at_once: usize },
    /// Connections that do nothing.
    Idle { connections: usize },
    /// Calls as fast as answers come, then at half that pace.
    Fairness { connections: usize, seconds: f64 },
    /// Calls at a steady pace.
    Paced {
        connections: usize,
        per_second: f64,
        seconds: f64,
    },
    /// Messages to all at a steady pace, while so many of them read nothing.
    SlowReaders {
        connections: usize,
        slow: usize,
        per_second: f64,
        seconds: f64,
    },
    /// Connections at rest, then all of them leave and come back at once.
    Storm {
        connections: usize,
        rest_seconds: f64,
    },
}
