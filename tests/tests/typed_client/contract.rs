//! What both sides share: it names neither a server nor a client.

use serde::{Deserialize, Serialize};
use signalr::{Stream, client_interface, hub_interface};

/// One measurement.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Reading {
    pub(crate) place: String,
    pub(crate) degrees: f64,
    pub(crate) sky: Sky,
    pub(crate) note: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum Sky {
    Clear,
    Clouded,
}

/// What a weather station shows to those who watch it.
#[client_interface]
pub(crate) trait Panel {
    async fn reading(&self, reading: Reading);
    async fn alarm(&self);
    async fn confirm(&self, question: String) -> bool;
    async fn adjust(&self, degrees: f64) -> Result<f64, String>;
    #[hub_method(name = "lang-AGE")]
    async fn language(&self) -> Option<String>;
}

/// What a weather station does for those who ask.
#[hub_interface]
pub(crate) trait Station {
    fn mean(&self, a: f64, b: f64) -> f64;
    async fn echo(&self, reading: Reading) -> Reading;
    async fn places(&self, only: Option<Sky>) -> Vec<String>;
    #[hub_method(name = "SwitchOff")]
    async fn stop(&self);
    async fn broken(&self, text: String);
    async fn wait(&self);
    async fn waits_cancelled(&self) -> u32;

    fn countdown(&self, from: u32) -> impl Stream<Item = u32>;
    async fn forecast(&self, days: u32) -> impl Stream<Item = Reading>;
    fn endless(&self) -> impl Stream<Item = u64>;

    async fn total(&self, samples: impl Stream<Item = f64>) -> f64;
    async fn first(&self, samples: impl Stream<Item = u64>) -> u64;
    async fn joined(
        &self,
        a: impl Stream<Item = String>,
        separator: String,
        b: impl Stream<Item = String>,
    ) -> String;
    fn doubled(&self, numbers: impl Stream<Item = i32>) -> impl Stream<Item = i32>;

    async fn publish(&self, reading: Reading);
    async fn raise_alarm(&self);
    async fn ask(&self, question: String) -> bool;
    async fn ask_to_adjust(&self, degrees: f64) -> String;
    async fn ask_for_language(&self) -> Option<String>;
}
