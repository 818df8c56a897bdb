//! The tables, in Markdown.

use std::fmt::Write;

use signalr_benches::cases::{CASES, FIGURES};

use super::Options;
use super::contender::{Contender, OURS};
use super::results::Results;
use super::scenario::{Entrants, Scenario};
use super::targets::TARGETS;
use crate::load::Figures;

/// All that a run found out.
pub(super) fn tell(
    results: &Results,
    scenarios: &[&Scenario],
    contenders: &[Contender],
    options: &Options,
    others: f64,
) -> String {
    let mut text = format!(
        "Medians of {} rounds of {} s each, every server in each round; what needs a fresh server was measured once. \
         Processes that had nothing to do with it took {others:.0} % of one core meanwhile.\n",
        options.rounds, options.seconds
    );
    for failed in results.failures() {
        let title = scenarios.iter().find(|one| one.name == failed.scenario);
        let title = title.map_or(failed.scenario, |one| one.title);
        let _ = write!(
            text,
            "\n**{} failed** at \"{title}\": {}\n",
            failed.server,
            failed.error.trim()
        );
    }
    targets(&mut text, results);
    let (scaled, scenarios): (Vec<&Scenario>, Vec<&Scenario>) = scenarios
        .iter()
        .partition(|scenario| scenario.entrants == Entrants::Scaled);
    let with_one_thread: Vec<_> = contenders
        .iter()
        .filter(|contender| !contender.has_two_threads())
        .collect();
    let mut side_by_side = |title: &str, digits, figure: Choice<'_>| {
        side_by_side(
            &mut text,
            results,
            &scenarios,
            &with_one_thread,
            title,
            digits,
            figure,
        );
    };
    side_by_side(
        "CPU time of the server per message in microseconds; memory in KiB per connection",
        2,
        &|scenario, all| scenario.figure.of(all),
    );
    side_by_side(
        "Latency, p50 in microseconds; for broadcasts until the last client has the last of four",
        0,
        &|_, all| all.p50_us,
    );
    side_by_side("Latency, p99 in microseconds", 0, &|_, all| all.p99_us);
    side_by_side(
        "Calls of the luckiest connection for each of the unluckiest, at full load",
        2,
        &|scenario, all| all.luck.filter(|_| scenario.name != "echo1"),
    );
    side_by_side("System calls of the server per message", 3, &|_, all| {
        all.system_calls
    });
    side_by_side(
        "Share of one core at rest, keep-alive pings included, in percent",
        2,
        &|_, all| all.rest_percent,
    );
    side_by_side(
        "Until all are connected again after all were lost at once, in seconds",
        2,
        &|_, all| all.storm_seconds,
    );
    side_by_side(
        "CPU time of the server per connection of that storm, in microseconds",
        1,
        &|_, all| all.storm_seconds.and(all.cpu_us),
    );
    let scaling = scenarios
        .iter()
        .filter(|scenario| scenario.entrants == Entrants::Scaling);
    let scaling: Vec<_> = scaled.iter().chain(scaling).copied().collect();
    two_threads(&mut text, results, &scaling, contenders);
    work(&mut text, results);
    text.push('\n');
    text
}

type Choice<'a> = &'a dyn Fn(&Scenario, &Figures) -> Option<f64>;

fn targets(text: &mut String, results: &Results) {
    let met = TARGETS
        .iter()
        .filter_map(|target| Some((target, target.outcome(results)?)));
    heading(text, "Targets");
    row(
        text,
        "",
        ["", "beside", "ratio", "at most", ""].map(str::to_owned),
    );
    row(
        text,
        "---",
        ["---:", "---", "---:", "---:", "---"].map(str::to_owned),
    );
    for (target, outcome) in met {
        let verdict = if (outcome.value * 100.0).round() <= target.at_most * 100.0 {
            "held"
        } else {
            "**missed**"
        };
        let cells = [
            outcome.ours,
            outcome.other,
            format!("{:.2}", outcome.value),
            format!("{:.2}", target.at_most),
            verdict.to_owned(),
        ];
        row(text, &outcome.title, cells);
    }
}

fn side_by_side(
    text: &mut String,
    results: &Results,
    scenarios: &[&Scenario],
    contenders: &[&Contender],
    title: &str,
    digits: usize,
    figure: Choice<'_>,
) {
    let value = |scenario: &Scenario, contender: &Contender| {
        results.median(scenario.name, contender.name, |all| figure(scenario, all))
    };
    // Neither empty rows nor empty columns.
    let scenarios: Vec<_> = scenarios
        .iter()
        .filter(|scenario| contenders.iter().any(|one| value(scenario, one).is_some()))
        .collect();
    let contenders: Vec<_> = contenders
        .iter()
        .filter(|one| {
            scenarios
                .iter()
                .any(|scenario| value(scenario, one).is_some())
        })
        .collect();
    if scenarios.is_empty() {
        return;
    }
    heading(text, title);
    row(text, "", contenders.iter().map(|one| one.name.to_owned()));
    row(text, "---", contenders.iter().map(|_| "---:".to_owned()));
    for scenario in scenarios {
        let values = contenders
            .iter()
            .map(|one| number(value(scenario, one), digits));
        row(text, scenario.title, values);
    }
}

/// What a second thread costs.
fn two_threads(
    text: &mut String,
    results: &Results,
    scenarios: &[&Scenario],
    contenders: &[Contender],
) {
    let contenders: Vec<_> = contenders
        .iter()
        .filter(|contender| Entrants::Scaled.admit(contender))
        .collect();
    let mut side_by_side = |title: &str, digits, figure: Choice<'_>| {
        side_by_side(text, results, scenarios, &contenders, title, digits, figure);
    };
    side_by_side(
        "One thread and two, the second on the load generator's core: CPU time of the server per message in microseconds",
        2,
        &|scenario, all| scenario.figure.of(all),
    );
    side_by_side(
        "One thread and two: system calls of the server per message",
        3,
        &|_, all| all.system_calls,
    );
}

/// The pieces of work in this process.
fn work(text: &mut String, results: &Results) {
    let timed: Vec<_> = CASES
        .iter()
        .filter_map(|case| Some((case, results.median(case.name, OURS, |all| all.cpu_us)?)))
        .collect();
    if timed.is_empty() {
        return;
    }
    heading(text, "Pieces of work in one process, without sockets");
    row(
        text,
        "",
        ["microseconds", "instructions", "allocations"].map(str::to_owned),
    );
    row(text, "---", ["---:"; 3].map(str::to_owned));
    for (case, microseconds) in timed {
        let costs = FIGURES.iter().find(|(name, _)| *name == case.name);
        let costs = costs.map(|(_, costs)| costs);
        let cells = [
            number(Some(microseconds), 3),
            number(costs.map(|costs| costs.instructions), 0),
            number(costs.map(|costs| costs.allocations), 1),
        ];
        row(text, case.name, cells);
    }
}

fn heading(text: &mut String, title: &str) {
    let _ = write!(text, "\n### {title}\n\n");
}

fn row(text: &mut String, head: &str, cells: impl IntoIterator<Item = String>) {
    let _ = write!(text, "| {head} |");
    for cell in cells {
        let _ = write!(text, " {cell} |");
    }
    text.push('\n');
}

fn number(value: Option<f64>, digits: usize) -> String {
    value.map_or_else(|| "-".to_owned(), |value| format!("{value:.digits$}"))
}
