//! The picture: bars for each scenario, as shares of one server's.

use std::fmt::Write;

use super::contender::{Contender, FLOOR, REFERENCE};
use super::results::Results;
use super::scenario::Scenario;
use super::scenarios::SCENARIOS;

/// The first of these that was measured is 1.
const DENOMINATORS: [&str; 2] = [REFERENCE, FLOOR];
const SHOWN: [&str; 8] = [
    "echo100",
    "echo100x10",
    "broadcast1000",
    "stream10",
    "upload10",
    "connect",
    "idle5000",
    "fairness1000",
];
const COLOURS: [&str; 10] = [
    "#c2410c", "#ea8a5b", "#f4c4a8", "#512bd4", "#6b7280", "#0e7490", "#65a30d", "#be185d",
    "#a16207", "#1f2937",
];
const LEFT: f64 = 300.0;
const WIDTH: f64 = 900.0;
const BAR: f64 = 11.0;
const GAP: f64 = 14.0;
/// Longer bars are cut off here, and say so by their number.
const MOST: f64 = 3.0;

pub(super) fn draw(results: &Results, contenders: &[Contender]) -> String {
    let contenders: Vec<_> = contenders
        .iter()
        .filter(|contender| !contender.has_two_threads())
        .collect();
    let denominator = |scenario: &Scenario| {
        DENOMINATORS.iter().find_map(|server| {
            let value = results.compared(scenario.name, server, scenario.figure)?;
            Some((*server, value))
        })
    };
    let scenarios = SCENARIOS
        .iter()
        .filter(|scenario| SHOWN.contains(&scenario.name));
    let mut body = String::new();
    let mut y = 70.0;
    for (index, contender) in contenders.iter().enumerate() {
        let (column, line) = (index % 5, index / 5);
        let (x, y) = (20.0 + 172.0 * column as f64, 34.0 + 16.0 * line as f64);
        let colour = COLOURS[index % COLOURS.len()];
        let _ = writeln!(
            body,
            r#"<rect x="{x}" y="{}" width="10" height="10" fill="{colour}"/>"#,
            y - 9.0
        );
        let _ = writeln!(
            body,
            r#"<text x="{}" y="{y}">{}</text>"#,
            x + 15.0,
            contender.name
        );
    }
    for scenario in scenarios {
        let Some((server, one)) = denominator(scenario) else {
            continue;
        };
        y += GAP;
        let top = y;
        for (index, contender) in contenders.iter().enumerate() {
            let Some(value) = results.compared(scenario.name, contender.name, scenario.figure)
            else {
                continue;
            };
            let share = value / one;
            let width = share.min(MOST) / MOST * (WIDTH - LEFT - 60.0);
            let colour = COLOURS[index % COLOURS.len()];
            let _ = writeln!(
                body,
                r#"<rect x="{LEFT}" y="{y:.1}" width="{width:.1}" height="{}" fill="{colour}"/>"#,
                BAR - 1.0
            );
            let _ = writeln!(
                body,
                r#"<text x="{:.1}" y="{:.1}" font-size="9">{share:.2}</text>"#,
                LEFT + width + 4.0,
                y + BAR - 3.0
            );
            y += BAR;
        }
        let middle = (top + y) / 2.0;
        let _ = writeln!(
            body,
            r#"<text x="{}" y="{middle:.1}" text-anchor="end">{}</text>"#,
            LEFT - 10.0,
            scenario.title
        );
        let _ = writeln!(
            body,
            r##"<text x="{}" y="{:.1}" text-anchor="end" fill="#6b7280" font-size="9">1 = {server}: {one:.2} {}</text>"##,
            LEFT - 10.0,
            middle + 12.0,
            scenario.figure.unit()
        );
    }
    let height = y + 20.0;
    format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:.0}" font-family="sans-serif" font-size="11">
<rect width="100%" height="100%" fill="#ffffff"/>
<text x="20" y="18" font-size="13" font-weight="bold">CPU time of the server per message, or memory per connection: less is better</text>
{body}</svg>
"##
    )
}
