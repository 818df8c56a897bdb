use std::fs;
use std::io;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::Failure;

/// How long perf may take to begin.
const START: Duration = Duration::from_secs(5);
const EVENT: &str = "raw_syscalls:sys_enter";

/// Counts the system calls of a process: perf does, in the kernel, which slows it down but little.
pub(super) struct SystemCalls {
    perf: Child,
}

impl SystemCalls {
    pub(super) fn watch(process: u32) -> Result<Self, Failure> {
        let perf = Command::new("perf")
            .args(["stat", "-x", ",", "-e", EVENT, "-p", &process.to_string()])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| format!("perf does not start: {error}"))?;
        let mut watching = Self { perf };
        watching.wait()?;
        Ok(watching)
    }

    fn wait(&mut self) -> Result<(), Failure> {
        let began = Instant::now();
        while !counts(self.perf.id()).unwrap_or(false) {
            if self.perf.try_wait()?.is_some() || began.elapsed() > START {
                return Err("perf may not count system calls here".into());
            }
            sleep(Duration::from_millis(2));
        }
        Ok(())
    }

    pub(super) fn count(self) -> Result<u64, Failure> {
        kill(Pid::from_raw(self.perf.id().try_into()?), Signal::SIGINT)?;
        let output = self.perf.wait_with_output()?;
        let told = String::from_utf8_lossy(&output.stderr);
        let line = told.lines().find(|line| line.contains(EVENT));
        let count = line.and_then(|line| line.split(',').next()?.parse().ok());
        count.ok_or_else(|| told.into_owned().into())
    }
}

/// Whether a process holds a counter of the kernel's.
fn counts(process: u32) -> io::Result<bool> {
    for file in fs::read_dir(format!("/proc/{process}/fd"))? {
        let link = fs::read_link(file?.path());
        if link.is_ok_and(|link| link.to_string_lossy().contains("[perf_event]")) {
            return Ok(true);
        }
    }
    Ok(false)
}
