//! The hub.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use futures_util::{StreamExt, TryStreamExt, stream};
use signalr::{
    CallerContext, CancellationToken, ClientResultError, HubError, SendError, Stream, StreamError,
    UploadStream, hub,
};

use super::contract::{Panel, Reading, Sky, Station};

/// A service that counts.
#[derive(Debug, Default)]
pub(crate) struct Count(AtomicU32);

pub(crate) struct Weather;

#[hub(client = Panel, implements = Station)]
impl Weather {
    pub fn mean(&self, a: f64, b: f64) -> f64 {
        f64::midpoint(a, b)
    }

    pub async fn echo(&self, reading: Reading) -> Reading {
        tokio::task::yield_now().await;
        reading
    }

    pub fn places(&self, only: Option<Sky>) -> Vec<String> {
        let places = [("Oslo", Sky::Clouded), ("Cairo", Sky::Clear)];
        let wanted = places
            .iter()
            .filter(|(_, sky)| only.is_none_or(|only| only == *sky));
        wanted.map(|(place, _)| (*place).to_owned()).collect()
    }

    pub fn stop(&self) {}

    pub fn broken(&self, text: String) -> Result<(), HubError> {
        Err(HubError::visible(text))
    }

    pub async fn wait(&self, cancelled: Arc<Count>, stop: CancellationToken) {
        stop.cancelled().await;
        cancelled.0.fetch_add(1, Ordering::Relaxed);
    }

    pub fn waits_cancelled(&self, cancelled: Arc<Count>) -> u32 {
        cancelled.0.load(Ordering::Relaxed)
    }

    pub fn countdown(&self, from: u32) -> impl Stream<Item = u32> {
        stream::iter((0..from).rev())
    }

    pub async fn forecast(
        &self,
        days: u32,
    ) -> Result<impl Stream<Item = Result<Reading, HubError>>, HubError> {
        if days == 0 {
            return Err(HubError::visible("no days"));
        }
        let reading = |day| Reading {
            place: "Oslo".into(),
            degrees: f64::from(day),
            sky: Sky::Clouded,
            note: None,
        };
        let days = stream::iter(0..days).map(move |day| match day {
            0..3 => Ok(reading(day)),
            _ => Err(HubError::visible("too far ahead")),
        });
        Ok(days)
    }

    pub fn endless(&self, ended: Arc<Count>) -> impl Stream<Item = u64> {
        let guard = Ended(ended);
        stream::iter(0..).map(move |number| {
            let _ = &guard;
            number
        })
    }

    pub async fn total(&self, samples: UploadStream<f64>) -> Result<f64, StreamError> {
        samples
            .try_fold(0.0, async |sum, sample| Ok(sum + sample))
            .await
    }

    pub async fn first(&self, mut samples: UploadStream<u64>) -> Result<u64, HubError> {
        let first = samples.next().await;
        Ok(first.ok_or_else(|| HubError::visible("nothing came"))??)
    }

    pub async fn joined(
        &self,
        a: UploadStream<String>,
        separator: String,
        b: UploadStream<String>,
    ) -> Result<String, StreamError> {
        let a: Vec<_> = a.try_collect().await?;
        let b: Vec<_> = b.try_collect().await?;
        Ok([a.concat(), b.concat()].join(&separator))
    }

    pub fn doubled(
        &self,
        numbers: UploadStream<i32>,
    ) -> impl Stream<Item = Result<i32, StreamError>> {
        numbers.map_ok(|number| 2 * number)
    }

    pub async fn publish(
        &self,
        cx: &CallerContext<Self>,
        reading: Reading,
    ) -> Result<(), SendError> {
        cx.clients().all().reading(reading).await
    }

    pub async fn raise_alarm(&self, cx: &CallerContext<Self>) -> Result<(), SendError> {
        cx.clients().others().alarm().await
    }

    pub async fn ask(
        &self,
        cx: &CallerContext<Self>,
        question: String,
    ) -> Result<bool, ClientResultError> {
        cx.clients().caller().confirm(question).await
    }

    pub async fn ask_to_adjust(&self, cx: &CallerContext<Self>, degrees: f64) -> String {
        match cx.clients().caller().adjust(degrees).await {
            Ok(degrees) => degrees.to_string(),
            Err(error) => error.to_string(),
        }
    }

    pub async fn ask_for_language(
        &self,
        cx: &CallerContext<Self>,
    ) -> Result<Option<String>, ClientResultError> {
        cx.clients().caller().language().await
    }
}

/// Counts when it is dropped.
struct Ended(Arc<Count>);

impl Drop for Ended {
    fn drop(&mut self) {
        self.0.0.fetch_add(1, Ordering::Relaxed);
    }
}
