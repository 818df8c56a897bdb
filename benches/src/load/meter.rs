use std::time::{Duration, Instant};

use super::system_calls::SystemCalls;
use super::{Failure, Target};
use crate::process::{self, Usage};

/// Runs while something is measured.
pub(super) struct Meter {
    process: u32,
    before: Usage,
    system_calls: Option<SystemCalls>,
    began: Instant,
}

/// What that took.
pub(super) struct Spent {
    pub(super) took: Duration,
    pub(super) usage: Usage,
    pub(super) system_calls: Option<u64>,
}

impl Meter {
    pub(super) fn start(target: &Target) -> Result<Self, Failure> {
        let process = target.process;
        let count = || SystemCalls::watch(process);
        let system_calls = target.system_calls.then(count).transpose()?;
        Ok(Self {
            process,
            system_calls,
            before: process::usage(process)?,
            began: Instant::now(),
        })
    }

    pub(super) fn began(&self) -> Instant {
        self.began
    }

    pub(super) fn stop(self) -> Result<Spent, Failure> {
        let usage = process::usage(self.process)? - self.before;
        let took = self.began.elapsed();
        let system_calls = self.system_calls.map(SystemCalls::count).transpose()?;
        Ok(Spent {
            took,
            usage,
            system_calls,
        })
    }
}
