use super::contender::{Contender, FLOOR, OURS, Offer, REFERENCE};
use crate::load::{Figures, Work};

/// One kind of work.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scenario {
    pub(super) name: &'static str,
    pub(super) title: &'static str,
    /// What is to be done in so many seconds.
    pub(super) work: fn(f64) -> Work,
    pub(super) figure: Figure,
    pub(super) needs: Offer,
    pub(super) entrants: Entrants,
    /// Another path than the contender's.
    pub(super) path: Option<&'static str>,
    /// Whether it needs a server that has served nobody, and what that is started with besides.
    pub(super) fresh: Option<&'static [&'static str]>,
    /// Whether it is measured in the first round only: what it shows hardly varies.
    pub(super) once: bool,
    /// How often it is measured in each round: more often where latency is what counts.
    pub(super) times: usize,
    /// Whether system calls are counted.
    pub(super) counts_calls: bool,
}

/// What is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Figure {
    /// CPU time for one message.
    Cpu,
    /// Memory for one connection.
    Memory,
}

/// Who takes part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Entrants {
    /// All with one worker.
    All,
    /// Those with two threads too.
    Scaling,
    /// Those with two threads, and the same servers with one.
    Scaled,
    /// This project's server and the two that it has to stand beside.
    Yardsticks,
}

impl Figure {
    pub(super) fn of(self, figures: &Figures) -> Option<f64> {
        match self {
            Self::Cpu => figures.cpu_us,
            Self::Memory => figures.kb_per_connection,
        }
    }

    pub(super) fn unit(self) -> &'static str {
        match self {
            Self::Cpu => "us",
            Self::Memory => "KiB",
        }
    }
}

impl Entrants {
    pub(super) fn admit(self, contender: &Contender) -> bool {
        match self {
            Self::All => !contender.has_two_threads(),
            Self::Scaling => true,
            Self::Scaled => contender.has_two_threads() || [OURS, FLOOR].contains(&contender.name),
            Self::Yardsticks => [OURS, REFERENCE, FLOOR].contains(&contender.name),
        }
    }
}

impl Scenario {
    /// CPU time for each message of work that every contender can do.
    pub(super) const fn new(
        name: &'static str,
        title: &'static str,
        work: fn(f64) -> Work,
    ) -> Self {
        Self {
            name,
            title,
            work,
            figure: Figure::Cpu,
            needs: Offer::Calls,
            entrants: Entrants::All,
            path: None,
            fresh: None,
            once: false,
            times: 1,
            counts_calls: false,
        }
    }

    pub(super) fn describe(&self, figures: &Figures) -> String {
        let value = self.figure.of(figures).unwrap_or(f64::NAN);
        let mut text = format!("{value:8.2} {}", self.figure.unit());
        if let (Some(p50), Some(p99)) = (figures.p50_us, figures.p99_us) {
            text += &format!(", p50 {p50:.0} us, p99 {p99:.0} us");
        }
        if let Some(calls) = figures.system_calls {
            text += &format!(", {calls:.3} system calls");
        }
        text + &format!(", {:.0}/s", figures.per_second)
    }
}
