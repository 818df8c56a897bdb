use serde::Serialize;

use super::scenario::Figure;
use crate::load::Figures;

/// All figures of a run.
#[derive(Default)]
pub(super) struct Results {
    measured: Vec<Measured>,
    failures: Vec<Failed>,
}

/// A server that did not do its work, or not rightly.
pub(super) struct Failed {
    pub(super) scenario: &'static str,
    pub(super) server: &'static str,
    pub(super) error: String,
}

#[derive(Serialize)]
pub(super) struct Measured {
    scenario: &'static str,
    server: &'static str,
    figures: Figures,
}

impl Results {
    pub(super) fn add(&mut self, scenario: &'static str, server: &'static str, figures: Figures) {
        self.measured.push(Measured {
            scenario,
            server,
            figures,
        });
    }

    pub(super) fn fail(&mut self, failed: Failed) {
        self.failures.push(failed);
    }

    pub(super) fn failures(&self) -> &[Failed] {
        &self.failures
    }

    pub(super) fn has_failed(&self, scenario: &str, server: &str) -> bool {
        let is_it = |failed: &Failed| failed.scenario == scenario && failed.server == server;
        self.failures.iter().any(is_it)
    }

    /// Only the number of system calls: times were not to be trusted meanwhile.
    pub(super) fn add_system_calls(
        &mut self,
        scenario: &'static str,
        server: &'static str,
        figures: &Figures,
    ) {
        let figures = Figures {
            system_calls: figures.system_calls,
            ..Figures::default()
        };
        self.add(scenario, server, figures);
    }

    pub(super) fn all(&self) -> &[Measured] {
        &self.measured
    }

    /// The median of a figure over the rounds.
    pub(super) fn median(
        &self,
        scenario: &str,
        server: &str,
        figure: impl Fn(&Figures) -> Option<f64>,
    ) -> Option<f64> {
        let mut values: Vec<f64> = self
            .measured
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
