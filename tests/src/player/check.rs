//! Plays many vectors.

use std::fmt;

use futures_util::StreamExt;
use futures_util::stream;

use super::address::Address;
use super::failure::VectorFailure;
use super::play::play;
use super::vector::Vector;

/// Which vectors to play, and how many at a time.
#[derive(Clone, Debug)]
pub struct Selection {
    /// Only vectors up to this issue.
    pub issue: u8,
    /// Only vectors whose name contains this.
    pub only: String,
    /// No vectors of these names.
    pub except: Vec<String>,
    /// How many play beside each other.
    pub jobs: usize,
}

impl Default for Selection {
    fn default() -> Self {
        Self {
            issue: u8::MAX,
            only: String::new(),
            except: Vec::new(),
            jobs: 8,
        }
    }
}

impl Selection {
    fn takes(&self, vector: &Vector) -> bool {
        vector.issue <= self.issue
            && vector.name.contains(&self.only)
            && !self.except.contains(&vector.name)
    }
}

/// How one vector went.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The vector's name.
    pub name: String,
    /// What the server did otherwise, if anything.
    pub result: Result<(), VectorFailure>,
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.result {
            Ok(()) => write!(f, "ok {}", self.name),
            Err(failure) => write!(f, "FAILED {} {failure}", self.name),
        }
    }
}

/// How all vectors went.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// In the order in which they were over.
    pub outcomes: Vec<Outcome>,
}

impl Report {
    /// The vectors that the server failed.
    pub fn failures(&self) -> impl Iterator<Item = &Outcome> {
        self.outcomes
            .iter()
            .filter(|outcome| outcome.result.is_err())
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let failed = self.failures().count();
        write!(
            f,
            "{} passed, {failed} failed",
            self.outcomes.len() - failed
        )
    }
}

/// Plays the selected vectors; `told` hears of each as soon as it is over.
pub async fn check(
    to: &Address,
    vectors: &[Vector],
    selection: &Selection,
    mut told: impl FnMut(&Outcome),
) -> Report {
    let selected = || vectors.iter().filter(|vector| selection.takes(vector));
    let together = selected()
        .filter(|vector| !vector.alone)
        .map(|vector| outcome(to, vector));
    let one_by_one = selected()
        .filter(|vector| vector.alone)
        .map(|vector| outcome(to, vector));
    let mut outcomes = stream::iter(together)
        .buffer_unordered(selection.jobs.max(1))
        .chain(stream::iter(one_by_one).buffer_unordered(1));
    let mut report = Report::default();
    while let Some(outcome) = outcomes.next().await {
        told(&outcome);
        report.outcomes.push(outcome);
    }
    report
}

async fn outcome(to: &Address, vector: &Vector) -> Outcome {
    Outcome {
        name: vector.name.clone(),
        result: play(to, vector).await,
    }
}
