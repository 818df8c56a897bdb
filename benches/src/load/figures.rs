use std::time::Duration;

use hdrhistogram::Histogram;
use serde::{Deserialize, Serialize};

use super::Failure;
use super::meter::Spent;

/// What a job found out.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Figures {
    pub(crate) messages: u64,
    /// Messages in a second of the clock on the wall.
    pub(crate) per_second: f64,
    /// CPU time of the server for one message, in microseconds.
    pub(crate) cpu_us: Option<f64>,
    /// System calls of the server for one message.
    pub(crate) system_calls: Option<f64>,
    pub(crate) p50_us: Option<f64>,
    pub(crate) p99_us: Option<f64>,
    pub(crate) max_us: Option<f64>,
    /// Resident memory of the server for one connection, in KiB.
    pub(crate) kb_per_connection: Option<f64>,
    /// Calls of the luckiest connection for each of the unluckiest.
    pub(crate) luck: Option<f64>,
    /// Share of one core that the server takes while nothing happens, in percent.
    pub(crate) rest_percent: Option<f64>,
    /// From the first to the last connection of a storm, in seconds.
    pub(crate) storm_seconds: Option<f64>,
}

impl Figures {
    pub(super) fn of(messages: u64, spent: &Spent) -> Self {
        let each = |total: f64| total / messages as f64;
        Self {
            messages,
            per_second: messages as f64 / spent.took.as_secs_f64(),
            cpu_us: Some(each(spent.usage.cpu.as_secs_f64() * 1e6)),
            system_calls: spent.system_calls.map(|calls| each(calls as f64)),
            ..Self::default()
        }
    }

    pub(super) fn with_latencies(mut self, latencies: &Latencies) -> Self {
        let quantile = |quantile| Some(latencies.0.value_at_quantile(quantile) as f64 / 1000.0);
        self.p50_us = quantile(0.5);
        self.p99_us = quantile(0.99);
        self.max_us = Some(latencies.0.max() as f64 / 1000.0);
        self
    }
}

/// Latencies from a microsecond to a minute.
pub(super) struct Latencies(Histogram<u64>);

impl Latencies {
    pub(super) fn new() -> Result<Self, Failure> {
        Ok(Self(Histogram::new_with_bounds(1000, 60_000_000_000, 3)?))
    }

    pub(super) fn record(&mut self, latency: Duration) {
        self.0
            .saturating_record(u64::try_from(latency.as_nanos()).unwrap_or(u64::MAX));
    }
}
