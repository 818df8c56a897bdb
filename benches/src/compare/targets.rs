//! What this project set itself to reach, and whether it does.

use super::contender::{FLOOR, MESSAGE_PACK, OURS, REFERENCE, TWO_RUNTIMES, TWO_WORKERS};
use super::results::Results;
use super::scenario::Figure;
use super::scenarios::SCENARIOS;
use crate::load::Figures;

/// A figure that is to be at most so large.
#[derive(Debug, Clone, Copy)]
pub(super) struct Target {
    pub(super) scenario: &'static str,
    server: &'static str,
    measure: Measure,
    against: Against,
    pub(super) at_most: f64,
}

#[derive(Debug, Clone, Copy)]
enum Measure {
    /// What the scenario is about.
    Cost,
    /// Latency of the median call.
    Median,
    /// Latency that one in a hundred calls exceeds.
    Late,
    /// Calls of the luckiest connection for each of the unluckiest.
    Luck,
}

/// What it is a multiple of.
#[derive(Debug, Clone, Copy)]
enum Against {
    Server(&'static str),
    /// The same server's figure of another scenario.
    Scenario(&'static str),
    /// Nothing: the figure itself, in this unit, of which the measure holds so many.
    Itself(&'static str, f64),
}

/// How a target was met.
pub(super) struct Outcome {
    pub(super) title: String,
    pub(super) ours: String,
    pub(super) other: String,
    /// What has to be at most [`Target::at_most`].
    pub(super) value: f64,
}

const fn cost(scenario: &'static str, server: &'static str, at_most: f64) -> Target {
    Target {
        scenario,
        server: OURS,
        measure: Measure::Cost,
        against: Against::Server(server),
        at_most,
    }
}

/// As good as in JSON.
const fn message_pack(scenario: &'static str) -> Target {
    Target {
        server: MESSAGE_PACK,
        ..cost(scenario, OURS, 1.0)
    }
}

const fn two_threads(server: &'static str, scenario: &'static str) -> Target {
    Target {
        server,
        ..cost(scenario, OURS, 1.1)
    }
}

const fn flat(scenario: &'static str, other: &'static str, at_most: f64) -> Target {
    Target {
        against: Against::Scenario(other),
        ..cost(scenario, OURS, at_most)
    }
}

/// As good for those who read as if all did.
const fn healthy(scenario: &'static str) -> Target {
    Target {
        measure: Measure::Late,
        ..flat(scenario, "slow_none", 1.05)
    }
}

pub(super) const TARGETS: &[Target] = &[
    cost("echo100", REFERENCE, 0.45),
    cost("echo100", FLOOR, 1.25),
    cost("echo100x10", REFERENCE, 0.40),
    cost("echo100x10", FLOOR, 1.65),
    cost("broadcast1000", REFERENCE, 0.60),
    cost("broadcast1000", FLOOR, 1.05),
    cost("stream10", REFERENCE, 0.55),
    cost("upload10", REFERENCE, 0.45),
    cost("connect", REFERENCE, 0.40),
    Target {
        against: Against::Itself("KB", 1.0 / 1.024),
        ..cost("idle5000", OURS, 6.0)
    },
    Target {
        measure: Measure::Median,
        ..cost("echo1", FLOOR, 1.05)
    },
    Target {
        measure: Measure::Late,
        against: Against::Itself("ms", 1000.0),
        ..cost("fairness1000", OURS, 5.0)
    },
    Target {
        measure: Measure::Luck,
        against: Against::Itself("times the calls", 1.0),
        ..cost("fairness1000", OURS, 1.2)
    },
    message_pack("echo100"),
    message_pack("echo100x10"),
    message_pack("broadcast1000"),
    message_pack("stream10"),
    message_pack("upload10"),
    message_pack("connect"),
    message_pack("idle5000"),
    two_threads(TWO_WORKERS, "echo100"),
    two_threads(TWO_WORKERS, "paced100"),
    two_threads(TWO_WORKERS, "echo100x10"),
    two_threads(TWO_WORKERS, "broadcast1000"),
    two_threads(TWO_RUNTIMES, "echo100"),
    two_threads(TWO_RUNTIMES, "paced100"),
    two_threads(TWO_RUNTIMES, "echo100x10"),
    two_threads(TWO_RUNTIMES, "broadcast1000"),
    flat("group1000", "all1000", 1.05),
    flat("user5000", "user10", 1.10),
    healthy("slow_drop_oldest"),
    healthy("slow_drop_newest"),
    healthy("slow_keep_latest"),
    healthy("slow_disconnect"),
    flat("user_among_100000", "user_among_100", 1.10),
    flat("join_and_leave_100000", "join_and_leave_1", 1.25),
];

impl Target {
    /// What came of it, if all that it needs was measured.
    pub(super) fn outcome(&self, results: &Results) -> Option<Outcome> {
        let value = |scenario: &str, server: &str| {
            results.median(scenario, server, |all| self.measure.of(scenario, all))
        };
        let ours = value(self.scenario, self.server)?;
        let mut title = title(self.scenario).to_owned();
        let unit = self.measure.unit(self.scenario);
        match self.measure {
            Measure::Cost => {}
            Measure::Median => title += ": p50",
            Measure::Late => title += ": p99",
            Measure::Luck => title += ": luckiest connection",
        }
        let told = |value: f64| format!("{value:.2} {unit}");
        let (ours_told, other, value) = match self.against {
            Against::Itself(unit, one) => (
                format!("{:.2} {unit}", ours / one),
                String::new(),
                ours / one,
            ),
            Against::Server(server) => {
                let other = value(self.scenario, server)?;
                (
                    told(ours),
                    format!("{server}: {}", told(other)),
                    ours / other,
                )
            }
            Against::Scenario(scenario) => {
                let other = value(scenario, self.server)?;
                let what = self::title(scenario);
                (told(ours), format!("{what}: {}", told(other)), ours / other)
            }
        };
        if self.server != OURS {
            let variant = self.server.trim_start_matches(OURS).trim_start();
            title += &format!(" ({})", variant.trim_start_matches("with "));
        }
        Some(Outcome {
            title,
            ours: ours_told,
            other,
            value,
        })
    }
}

impl Measure {
    fn of(self, scenario: &str, figures: &Figures) -> Option<f64> {
        match self {
            Self::Cost => figure(scenario).of(figures),
            Self::Median => figures.p50_us,
            Self::Late => figures.p99_us,
            Self::Luck => figures.luck,
        }
    }

    fn unit(self, scenario: &str) -> &'static str {
        match self {
            Self::Cost => figure(scenario).unit(),
            Self::Median | Self::Late => "us",
            Self::Luck => "",
        }
    }
}

/// The work in this process has no scenario of its own: its name says what it is.
fn title(name: &'static str) -> &'static str {
    let scenario = SCENARIOS.iter().find(|scenario| scenario.name == name);
    scenario.map_or(name, |scenario| scenario.title)
}

fn figure(name: &str) -> Figure {
    let scenario = SCENARIOS.iter().find(|scenario| scenario.name == name);
    scenario.map_or(Figure::Cpu, |scenario| scenario.figure)
}
