//! What the system says of a process.

use std::fs;
use std::io;
use std::ops::Sub;
use std::time::Duration;

use rustix::param::clock_ticks_per_second;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use rustix::thread::{CpuSet, sched_setaffinity};

/// What a process has used up since it started, and what it holds.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Usage {
    /// CPU time of all its threads, in user and kernel mode.
    pub(crate) cpu: Duration,
    pub(crate) resident_kb: f64,
    /// The most it ever held.
    pub(crate) peak_kb: f64,
}

impl Sub for Usage {
    type Output = Self;

    fn sub(self, earlier: Self) -> Self {
        Self {
            cpu: self.cpu.saturating_sub(earlier.cpu),
            resident_kb: self.resident_kb - earlier.resident_kb,
            peak_kb: self.peak_kb - earlier.resident_kb,
        }
    }
}

/// Reads `/proc`.
pub(crate) fn usage(process: u32) -> io::Result<Usage> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat"))?;
    let status = fs::read_to_string(format!("/proc/{process}/status"))?;
    let ticks = cpu_ticks(&stat, 11).ok_or(io::ErrorKind::InvalidData)?;
    let kb = |name| field_kb(&status, name).ok_or(io::ErrorKind::InvalidData);
    Ok(Usage {
        cpu: Duration::from_secs_f64(ticks / ticks_per_second()),
        resident_kb: kb("VmRSS:")?,
        peak_kb: kb("VmHWM:")?,
    })
}

/// CPU time of the processes that this one has waited for.
pub(crate) fn children() -> io::Result<Duration> {
    let stat = fs::read_to_string("/proc/self/stat")?;
    let ticks = cpu_ticks(&stat, 13).ok_or(io::ErrorKind::InvalidData)?;
    Ok(Duration::from_secs_f64(ticks / ticks_per_second()))
}

pub(crate) fn ticks_per_second() -> f64 {
    clock_ticks_per_second() as f64
}

/// The sum of two neighbouring fields, counted from behind the name, which may hold spaces.
fn cpu_ticks(stat: &str, first: usize) -> Option<f64> {
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(first);
    let user: f64 = fields.next()?.parse().ok()?;
    let kernel: f64 = fields.next()?.parse().ok()?;
    Some(user + kernel)
}

fn field_kb(status: &str, name: &str) -> Option<f64> {
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    line.split_whitespace().next()?.parse().ok()
}

/// Binds this thread, and what it starts from now on, to these cores.
pub(crate) fn pin(cores: &[usize]) -> io::Result<()> {
    let mut set = CpuSet::new();
    for &core in cores {
        set.set(core);
    }
    Ok(sched_setaffinity(None, &set)?)
}

/// Allows as many open files as the system lets this process have.
pub(crate) fn allow_many_files() -> io::Result<()> {
    const WANTED: u64 = 100_000;
    let limit = getrlimit(Resource::Nofile);
    let maximum = limit.maximum.unwrap_or(WANTED);
    let raised = Rlimit {
        current: Some(maximum.max(WANTED)),
        maximum: Some(maximum.max(WANTED)),
    };
    // Only the superuser may go beyond the maximum.
    if setrlimit(Resource::Nofile, raised).is_err() {
        let raised = Rlimit {
            current: limit.maximum,
            maximum: limit.maximum,
        };
        setrlimit(Resource::Nofile, raised)?;
    }
    Ok(())
}
