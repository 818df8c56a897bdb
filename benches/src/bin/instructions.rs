//! Counts the instructions of each piece of work under callgrind, which is repeatable to a few
//! thousandths on any machine, and compares them with the figures that were committed.
//!
//! `instructions` compares, `instructions --write` commits. It runs itself under valgrind twice for
//! each case and takes the difference, so that preparing costs nothing.

use std::collections::BTreeMap;
use std::env;
use std::error::Error;
use std::fmt::Write;
use std::fs;
use std::process::{Command, ExitCode};
use std::thread;

use signalr_benches::cases::{CASES, Case};

const FIGURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/figures/instructions.txt");
/// Until buffers have the size that they keep.
const WARM_UP: u64 = 5;
const TIMES: u64 = 20;
/// In percent.
const TOLERATED: f64 = 10.0;
/// The variants of the C library's functions that every processor has: otherwise the figures depend
/// on the machine.
const PLAIN_FUNCTIONS: &str =
    "glibc.cpu.hwcaps=-AVX512F,-AVX512VL,-AVX512BW,-AVX2,-AVX,-ERMS,-FSRM,-BMI2,-RTM,-LZCNT,-MOVBE";

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let words: Vec<String> = env::args().skip(1).collect();
    match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [name, times] => {
            repeat(name, times.parse()?)?;
            Ok(ExitCode::SUCCESS)
        }
        ["--write"] => {
            let mut text = String::new();
            for (name, count) in count_all()? {
                writeln!(text, "{name} {count}")?;
            }
            fs::write(FIGURES, text)?;
            Ok(ExitCode::SUCCESS)
        }
        _ => compare(),
    }
}

/// What runs under callgrind.
fn repeat(name: &str, times: u64) -> Result<(), Box<dyn Error>> {
    let case = CASES.iter().find(|case| case.name == name);
    let mut work = case.ok_or("no such case")?.prepare();
    for _ in 0..WARM_UP + times {
        work();
    }
    Ok(())
}

fn compare() -> Result<ExitCode, Box<dyn Error>> {
    let committed = committed()?;
    let mut failed = false;
    for (name, count) in count_all()? {
        let Some(&before) = committed.get(name) else {
            println!("{name:32} {count:>9} instructions, no figure committed");
            failed = true;
            continue;
        };
        let change = 100.0 * (count as f64 / before as f64 - 1.0);
        let verdict = if change > TOLERATED {
            failed = true;
            "MORE THAN IS TOLERATED"
        } else if change < -TOLERATED {
            "commit the better figure"
        } else {
            ""
        };
        println!(
            "{name:32} {count:>9} instructions, {before:>9} committed, {change:+6.1} % {verdict}"
        );
    }
    if failed {
        println!(
            "if that is as it has to be: cargo run --release -p signalr-benches --bin instructions -- --write"
        );
        return Ok(ExitCode::FAILURE);
    }
    Ok(ExitCode::SUCCESS)
}

fn committed() -> Result<BTreeMap<String, u64>, Box<dyn Error>> {
    let text = fs::read_to_string(FIGURES)?;
    text.lines()
        .map(|line| {
            let (name, count) = line.split_once(' ').ok_or("a line without a figure")?;
            Ok((name.to_owned(), count.parse()?))
        })
        .collect()
}

/// The instructions of each case, in the order of the table, counted on all cores.
fn count_all() -> Result<Vec<(&'static str, u64)>, Box<dyn Error>> {
    let cases: Vec<&Case> = CASES.iter().filter(|case| !case.is_large).collect();
    let lanes = thread::available_parallelism()?.get();
    let counted = thread::scope(|scope| {
        let lanes: Vec<_> = (0..lanes)
            .map(|lane| {
                let mine = cases.iter().enumerate().skip(lane).step_by(lanes);
                scope.spawn(move || {
                    mine.map(|(place, case)| Ok((place, case.name, count(case)?)))
                        .collect::<Result<Vec<_>, String>>()
                })
            })
            .collect();
        lanes
            .into_iter()
            .map(|lane| lane.join().map_err(|_| "a lane panicked".to_owned())?)
            .collect::<Result<Vec<_>, String>>()
    })?;
    let mut counted = counted.concat();
    counted.sort_unstable();
    Ok(counted
        .into_iter()
        .map(|(_, name, count)| (name, count))
        .collect())
}

fn count(case: &Case) -> Result<u64, String> {
    let (few, many) = (collect(case, 0)?, collect(case, TIMES)?);
    Ok(many.saturating_sub(few) / TIMES)
}

/// Instructions of a whole process that does the work so many times.
fn collect(case: &Case, times: u64) -> Result<u64, String> {
    let itself = env::current_exe().map_err(|error| error.to_string())?;
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(itself)
        .args([case.name, &times.to_string()])
        .env("GLIBC_TUNABLES", PLAIN_FUNCTIONS)
        .output()
        .map_err(|error| format!("valgrind does not run: {error}"))?;
    let told = String::from_utf8_lossy(&output.stderr);
    let collected = told.lines().find_map(|line| line.split_once("Collected :"));
    match collected {
        Some((_, count)) if output.status.success() => {
            count.trim().parse().map_err(|_| told.into_owned())
        }
        _ => Err(told.into_owned()),
    }
}
