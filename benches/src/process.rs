//! What the system says of a process.

use std::fs;
use std::io;
use std::ops::Sub;
use std::time::Duration;

use nix::sched::{CpuSet, sched_setaffinity};
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use nix::time::{clock_getcpuclockid, clock_gettime};
use nix::unistd::{Pid, SysconfVar, sysconf};

/// What a process has used up since it started, and what it holds.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Usage {
    /// CPU time of all its threads, in user and kernel mode.
    pub(crate) cpu: Duration,
    pub(crate) resident_kb: f64,
}

impl Sub for Usage {
    type Output = Self;

    fn sub(self, earlier: Self) -> Self {
        Self {
            cpu: self.cpu.saturating_sub(earlier.cpu),
            resident_kb: self.resident_kb - earlier.resident_kb,
        }
    }
}

pub(crate) fn usage(process: u32) -> io::Result<Usage> {
    let status = fs::read_to_string(format!("/proc/{process}/status"))?;
    let resident_kb = field_kb(&status, "VmRSS:").ok_or(io::ErrorKind::InvalidData)?;
    Ok(Usage {
        cpu: cpu(process)?,
        resident_kb,
    })
}

/// By the process's own clock: `/proc` counts in hundredths of a second.
pub(crate) fn cpu(process: u32) -> io::Result<Duration> {
    let process = i32::try_from(process).map_err(io::Error::other)?;
    let clock = clock_getcpuclockid(Pid::from_raw(process))?;
    Ok(clock_gettime(clock)?.into())
}

/// CPU time of the processes that this one has waited for.
pub(crate) fn children() -> io::Result<Duration> {
    let stat = fs::read_to_string("/proc/self/stat")?;
    let ticks = cpu_ticks(&stat, 13).ok_or(io::ErrorKind::InvalidData)?;
    Ok(Duration::from_secs_f64(ticks / ticks_per_second()))
}

pub(crate) fn ticks_per_second() -> f64 {
    let ticks = sysconf(SysconfVar::CLK_TCK).ok().flatten();
    ticks.unwrap_or(100) as f64
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
        set.set(core)?;
    }
    Ok(sched_setaffinity(Pid::from_raw(0), &set)?)
}

/// Allows as many open files as the system lets this process have.
pub(crate) fn allow_many_files() -> io::Result<()> {
    const WANTED: u64 = 100_000;
    let (_, most) = getrlimit(Resource::RLIMIT_NOFILE)?;
    let wanted = most.max(WANTED);
    // Only the superuser may go beyond the maximum.
    if setrlimit(Resource::RLIMIT_NOFILE, wanted, wanted).is_err() {
        setrlimit(Resource::RLIMIT_NOFILE, most, most)?;
    }
    Ok(())
}
