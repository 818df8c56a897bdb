use serde::Serialize;

use super::contender::Contender;
use super::scenario::{Figure, Scenario};
use crate::load::Figures;

/// All figures of a run.
#[derive(Default)]
pub(super) struct Results(Vec<Measured>);

#[derive(Serialize)]
pub(super) struct Measured {
    scenario: &'static str,
    server: &'static str,
    figures: Figures,
}

impl Results {
    pub(super) fn add(&mut self, scenario: &Scenario, contender: &Contender, figures: Figures) {
        self.0.push(Measured {
            scenario: scenario.name,
            server: contender.name,
            figures,
        });
    }

    pub(super) fn all(&self) -> &[Measured] {
        &self.0
    }

    /// The median of a figure over the rounds.
    pub(super) fn median(
        &self,
        scenario: &str,
        server: &str,
        figure: impl Fn(&Figures) -> Option<f64>,
    ) -> Option<f64> {
        let mut values: Vec<f64> = self
            .0
            .iter()
            .filter(|measured| measured.scenario == scenario && measured.server == server)
            .filter_map(|measured| figure(&measured.figures))
            .collect();
        values.sort_by(f64::total_cmp);
        let middle = values.len() / 2;
        match values.len() % 2 {
            _ if values.is_empty() => None,
            1 => Some(values[middle]),
            _ => Some((values[middle - 1] + values[middle]) / 2.0),
        }
    }

    pub(super) fn compared(&self, scenario: &str, server: &str, figure: Figure) -> Option<f64> {
        self.median(scenario, server, |figures| figure.of(figures))
    }
}
