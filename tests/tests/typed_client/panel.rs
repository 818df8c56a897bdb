//! The client's side of the hub's calls.

use tokio::sync::mpsc;

use super::contract::{Panel, Reading};

/// What a panel has seen.
#[derive(Debug, PartialEq)]
pub(crate) enum Seen {
    Reading(Reading),
    Alarm,
}

pub(crate) struct Screen(pub(crate) mpsc::UnboundedSender<Seen>);

impl Screen {
    fn see(&self, what: Seen) {
        self.0.send(what).expect("the test still runs");
    }
}

impl Panel for Screen {
    async fn reading(&self, reading: Reading) {
        self.see(Seen::Reading(reading));
    }

    async fn alarm(&self) {
        self.see(Seen::Alarm);
    }

    async fn confirm(&self, question: String) -> bool {
        tokio::task::yield_now().await;
        question.ends_with('?')
    }

    async fn adjust(&self, degrees: f64) -> Result<f64, String> {
        if degrees < 30.0 {
            Ok(degrees + 1.0)
        } else {
            Err("too hot".to_owned())
        }
    }

    async fn language(&self) -> Option<String> {
        None
    }
}
