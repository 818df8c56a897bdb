//! A task that reads or sends without a pause still writes, and lets others have their turn.

use std::sync::Arc;

use serde_json::json;
use signalr::{CallerContext, HubError, SignalR, hub};
use tokio::sync::Semaphore;

use super::client::{Client, serve};

struct Busy(Arc<Semaphore>);

#[hub]
impl Busy {
    /// Sends to nobody until there is a permit.
    pub async fn send_until_let_go(&self, cx: &CallerContext<Self>) -> Result<(), HubError> {
        while self.0.try_acquire().is_err() {
            cx.clients().group("nobody").send("Receive", ()).await?;
        }
        Ok(())
    }

    pub fn echo(&self, text: String) -> String {
        text
    }
}

#[tokio::test]
async fn a_method_that_sends_without_a_pause_stops_nobody() {
    let gate = Arc::new(Semaphore::new(0));
    let hub = Busy(Arc::clone(&gate));
    let signalr = SignalR::builder()
        .hub::<Busy>(
            |_| Ok(hub),
            |options| options.maximum_parallel_invocations_per_client = 2,
        )
        .build()
        .expect("a complete server");
    let address = serve(axum::Router::new().merge(signalr.map::<Busy>("/hub"))).await;
    let mut busy = Client::connect(address).await;
    let mut neighbour = Client::connect(address).await;
    busy.call("1", "SendUntilLetGo", json!([])).await;
    let echoed = |id| json!({"type": 3, "invocationId": id, "result": "x"});
    for client in [&mut busy, &mut neighbour] {
        client.call("2", "Echo", json!(["x"])).await;
        assert_eq!(client.next().await, Some(echoed("2")));
    }
    gate.add_permits(1);
    let ended = json!({"type": 3, "invocationId": "1", "result": null});
    assert_eq!(busy.next().await, Some(ended));
}
