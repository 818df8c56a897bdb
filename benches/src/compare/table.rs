//! The tables, in Markdown.

use std::fmt::Write;

use super::Options;
use super::contender::Contender;
use super::results::Results;
use super::scenario::{Figure, Scenario};
use crate::load::Figures;

const OURS: &str = "signalr";
const REFERENCE: &str = "ASP.NET Core";
const FLOOR: &str = "floor";

/// All that a run found out.
pub(super) fn tell(
    results: &Results,
    scenarios: &[&Scenario],
    contenders: &[Contender],
    options: &Options,
    others: f64,
) -> String {
    let mut text = format!(
        "Medians of {} rounds of {} s each, every server in each round. Processes that had nothing to do with it \
         took {others:.0} % of one core meanwhile.\n\n",
        options.rounds, options.seconds
    );
    aims(&mut text, results, scenarios);
    let columns: Vec<&str> = contenders.iter().map(|contender| contender.name).collect();
    let side_by_side = |text: &mut String,
                        figure: &dyn Fn(&Scenario, &Figures) -> Option<f64>,
                        digits| {
        row(text, "", columns.iter().map(|&name| name.to_owned()));
        row(text, "---", columns.iter().map(|_| "---:".to_owned()));
        for scenario in scenarios {
            let values: Vec<_> = columns
                .iter()
                .map(|server| results.median(scenario.name, server, |all| figure(scenario, all)))
                .collect();
            if values.iter().any(Option::is_some) {
                row(
                    text,
                    scenario.title,
                    values.into_iter().map(|value| number(value, digits)),
                );
            }
        }
    };
    text += "\nCPU time of the server per message in microseconds, and KiB per connection:\n\n";
    side_by_side(&mut text, &|scenario, all| scenario.figure.of(all), 2);
    text += "\nLatency, p50 in microseconds; for broadcasts until the last client has the last of four:\n\n";
    side_by_side(&mut text, &|_, all| all.p50_us, 0);
    text += "\nLatency, p99 in microseconds:\n\n";
    side_by_side(&mut text, &|_, all| all.p99_us, 0);
    text += "\nCalls of the luckiest connection for each of the unluckiest, at full load:\n\n";
    side_by_side(
        &mut text,
        &|scenario, all| all.luck.filter(|_| scenario.name != "echo1"),
        2,
    );
    text.push('\n');
    text
}

/// This server against the two that its aims are set by.
fn aims(text: &mut String, results: &Results, scenarios: &[&Scenario]) {
    let cells = [OURS, REFERENCE, "ratio", "aim", FLOOR, "ratio", "aim"];
    row(text, "", cells.map(str::to_owned).into_iter());
    row(text, "---", cells.map(|_| "---:".to_owned()).into_iter());
    for scenario in scenarios {
        let value = |server| results.compared(scenario.name, server, scenario.figure);
        let (ours, reference, floor) = (value(OURS), value(REFERENCE), value(FLOOR));
        if ours.is_none() || (reference.is_none() && floor.is_none()) {
            continue;
        }
        let ratio =
            |other: Option<f64>| number(ours.zip(other).map(|(ours, other)| ours / other), 2);
        let aim = |aim: Option<f64>| aim.map_or_else(String::new, |aim| format!("<= {aim:.2}"));
        let unit = match scenario.figure {
            Figure::Cpu => String::new(),
            Figure::Memory => format!(" {}", scenario.figure.unit()),
        };
        let cells = [
            number(ours, 2) + &unit,
            number(reference, 2),
            ratio(reference),
            aim(scenario.aims[0]),
            number(floor, 2),
            ratio(floor),
            aim(scenario.aims[1]),
        ];
        row(text, scenario.title, cells.into_iter());
    }
}

fn row(text: &mut String, head: &str, cells: impl Iterator<Item = String>) {
    let _ = write!(text, "| {head} |");
    for cell in cells {
        let _ = write!(text, " {cell} |");
    }
    text.push('\n');
}

fn number(value: Option<f64>, digits: usize) -> String {
    value.map_or_else(|| "-".to_owned(), |value| format!("{value:.digits$}"))
}
