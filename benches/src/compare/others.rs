use std::fs;
use std::io;
use std::time::Instant;

use crate::process;

/// How much the machine does beside the measurements.
pub(super) struct Others {
    began: Instant,
    /// What all processes together had used.
    busy: f64,
    children: f64,
}

impl Others {
    pub(super) fn watch() -> io::Result<Self> {
        Ok(Self {
            began: Instant::now(),
            busy: busy()?,
            children: process::children()?.as_secs_f64(),
        })
    }

    /// The share of one core, in percent, that processes took which are none of ours.
    pub(super) fn share(&self, servers: impl Iterator<Item = u32>) -> io::Result<f64> {
        let mut ours = process::children()?.as_secs_f64() - self.children;
        for server in servers {
            ours += process::usage(server)?.cpu.as_secs_f64();
        }
        let others = busy()? - self.busy - ours;
        Ok(100.0 * others.max(0.0) / self.began.elapsed().as_secs_f64())
    }
}

/// Seconds of all cores in user and kernel mode.
fn busy() -> io::Result<f64> {
    let stat = fs::read_to_string("/proc/stat")?;
    let line = stat.lines().next().unwrap_or_default();
    let ticks = |index| -> f64 {
        line.split_whitespace()
            .nth(index)
            .and_then(|field| field.parse().ok())
            .unwrap_or(0.0)
    };
    // user, nice, system, irq, softirq
    let busy = [1, 2, 3, 6, 7].map(ticks).iter().sum::<f64>();
    Ok(busy / process::ticks_per_second())
}
