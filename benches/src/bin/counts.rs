//! Counts the instructions and allocations of each piece of work under valgrind, which is repeatable
//! to a few thousandths on any x86-64 machine, and compares them with the figures that were committed.
//!
//! `counts` compares, `counts --write` commits. It runs itself under callgrind and DHAT.

use std::collections::BTreeMap;
use std::env;
use std::error::Error;
use std::fmt::Write;
use std::fs;
use std::process::{Command, ExitCode};
use std::thread;

use signalr_benches::cases::{CASES, Case, Costs, FIGURES};

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/figures/counts.txt");
/// Until buffers have the size that they keep.
const WARM_UP: usize = 5;
const TIMES: usize = 20;
/// How much more is tolerated, of instructions as of allocations.
const TOLERATED: f64 = 0.1;
/// Part of an allocation, as where one in ten calls makes a buffer grow, is no change.
const ALLOCATIONS_TOLERATED: f64 = 0.5;
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
        _ if cfg!(not(target_arch = "x86_64")) => {
            println!("SKIPPED: the committed figures are those of x86-64");
            Ok(ExitCode::SUCCESS)
        }
        ["--write"] => {
            let mut text = String::new();
            for (name, costs) in count_all()? {
                writeln!(text, "{name} {costs}")?;
            }
            fs::write(FILE, text)?;
            Ok(ExitCode::SUCCESS)
        }
        _ => compare(),
    }
}

/// What runs under valgrind.
fn repeat(name: &str, times: usize) -> Result<(), Box<dyn Error>> {
    let case = CASES.iter().find(|case| case.name == name);
    let mut work = case.ok_or("no such case")?.prepare();
    for _ in 0..WARM_UP {
        work();
    }
    counted(&mut *work, times);
    Ok(())
}

/// Callgrind counts in here, and nowhere else: what is prepared before depends on random numbers.
#[inline(never)]
fn counted(work: &mut dyn FnMut(), times: usize) {
    for _ in 0..times {
        work();
    }
}

fn compare() -> Result<ExitCode, Box<dyn Error>> {
    let committed: BTreeMap<_, _> = FIGURES.iter().copied().collect();
    let mut failed = false;
    for (name, costs) in count_all()? {
        let Some(&before) = committed.get(name) else {
            println!("{name:30} {costs} no figures committed");
            failed = true;
            continue;
        };
        let change = costs.instructions / before.instructions - 1.0;
        let more = costs.allocations - before.allocations;
        let tolerated = (before.allocations * TOLERATED).max(ALLOCATIONS_TOLERATED);
        let verdict = if change > TOLERATED || more > tolerated {
            failed = true;
            "MORE THAN IS TOLERATED"
        } else if change < -TOLERATED || more < -tolerated {
            "commit the better figures"
        } else {
            ""
        };
        println!(
            "{name:30} {:>8.0} instructions, {:>8.0} committed, {:+6.1} %; {:>6.1} allocations, {:>6.1} committed {verdict}",
            costs.instructions,
            before.instructions,
            100.0 * change,
            costs.allocations,
            before.allocations
        );
    }
    if failed {
        println!(
            "if that is as it has to be: cargo run --release -p signalr-benches --no-default-features --bin counts -- --write"
        );
        return Ok(ExitCode::FAILURE);
    }
    Ok(ExitCode::SUCCESS)
}

/// What each case costs, in the order of the table, counted on all cores.
fn count_all() -> Result<Vec<(&'static str, Costs)>, Box<dyn Error>> {
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
    counted.sort_unstable_by_key(|&(place, ..)| place);
    Ok(counted
        .into_iter()
        .map(|(_, name, costs)| (name, costs))
        .collect())
}

fn count(case: &Case) -> Result<Costs, String> {
    let instructions = valgrind(
        &["--tool=callgrind", "--callgrind-out-file=/dev/null"],
        // Its whole name has a hash behind it.
        &["--toggle-collect=*counts::counted*"],
        case,
        TIMES,
        |told| number_behind(told, "Collected :"),
    )?;
    let dhat = ["--tool=dhat", "--dhat-out-file=/dev/null"];
    let blocks = |times| {
        valgrind(&dhat, &[], case, times, |told| {
            number_behind(told.split_once("Total:")?.1, "bytes in")
        })
    };
    Ok(Costs {
        instructions: (instructions / TIMES as f64).round(),
        allocations: (blocks(TIMES)? - blocks(0)?) / TIMES as f64,
    })
}

/// Runs a case under valgrind and reads a number from what that tells.
fn valgrind(
    tool: &[&str],
    options: &[&str],
    case: &Case,
    times: usize,
    read: impl Fn(&str) -> Option<f64>,
) -> Result<f64, String> {
    let itself = env::current_exe().map_err(|error| error.to_string())?;
    let output = Command::new("valgrind")
        .args(tool)
        .args(options)
        .arg(itself)
        .args([case.name, &times.to_string()])
        .env("GLIBC_TUNABLES", PLAIN_FUNCTIONS)
        .output()
        .map_err(|error| format!("valgrind does not run: {error}"))?;
    let told = String::from_utf8_lossy(&output.stderr);
    match read(&told) {
        Some(number) if output.status.success() => Ok(number),
        _ => Err(told.into_owned()),
    }
}

fn number_behind(text: &str, words: &str) -> Option<f64> {
    let word = text.split_once(words)?.1.split_whitespace().next()?;
    word.replace(',', "").parse().ok()
}
