//! The hub that speed is measured with.

use axum::Router;
use futures_util::{Stream, StreamExt, stream};
use signalr::server::BuildError;
use signalr::{CallerContext, HubError, SignalR, UploadStream, client_interface, hub};

#[client_interface]
pub(super) trait BenchClient {
    async fn receive(&self, text: String);
}

#[derive(Debug)]
pub(super) struct Bench;

#[hub(client = BenchClient)]
impl Bench {
    pub fn echo(&self, text: String) -> String {
        text
    }

    pub async fn broadcast(&self, cx: &CallerContext<Self>, text: String) -> Result<(), HubError> {
        cx.clients().all().receive(text).await?;
        Ok(())
    }

    pub fn counter(&self, n: i32) -> impl Stream<Item = i32> {
        stream::iter(0..n)
    }

    /// How many items the client sends.
    pub async fn upload(&self, mut items: UploadStream<i32>) -> Result<i32, HubError> {
        let mut count = 0;
        while let Some(item) = items.next().await {
            item?;
            count += 1;
        }
        Ok(count)
    }
}

/// The hub alone, at `/bench`.
pub fn bench() -> Result<Router, BuildError> {
    let signalr = SignalR::builder()
        .hub::<Bench>(|_| Ok(Bench), |_| {})
        .build()?;
    Ok(Router::new().merge(signalr.map::<Bench>("/bench")))
}
