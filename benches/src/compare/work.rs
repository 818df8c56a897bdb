//! Pieces of work in this process, each timed in one of its own.

use std::env::current_exe;
use std::error::Error;
use std::process::Command;

use signalr_benches::cases::CASES;

use super::contender::OURS;
use super::results::Results;
use super::server::Cores;
use crate::load::Figures;
use crate::process::pin;

pub(super) fn time(cores: &Cores, results: &mut Results) -> Result<(), Box<dyn Error>> {
    pin(&[cores.server()])?;
    for case in CASES {
        let output = Command::new(current_exe()?)
            .args(["time", case.name])
            .output()?;
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
        }
        let microseconds: f64 = String::from_utf8(output.stdout)?.trim().parse()?;
        eprintln!("work {:38} {microseconds:8.3} us", case.name);
        let figures = Figures {
            cpu_us: Some(microseconds),
            ..Figures::default()
        };
        results.add(case.name, OURS, figures);
    }
    Ok(())
}

/// Prints how long a piece of work takes, in microseconds.
pub(crate) fn print_time(name: &str) -> Result<(), Box<dyn Error>> {
    let case = CASES.iter().find(|case| case.name == name);
    let time = case.ok_or("no such piece of work")?.time();
    println!("{}", time.as_secs_f64() * 1e6);
    Ok(())
}
