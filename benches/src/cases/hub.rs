use futures_util::{Stream, StreamExt, stream};
use signalr::{HubError, SignalR, UploadStream, client_interface, hub};

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

    pub fn counter(&self, n: i32) -> impl Stream<Item = i32> {
        stream::iter(0..n)
    }

    pub async fn upload(&self, mut items: UploadStream<i32>) -> Result<i32, HubError> {
        let mut count = 0;
        while let Some(item) = items.next().await {
            item?;
            count += 1;
        }
        Ok(count)
    }
}

/// A server; each connection has a user of its own, `user-0` and so on.
pub(super) fn server() -> SignalR {
    let arrived = std::sync::atomic::AtomicUsize::new(0);
    SignalR::builder()
        .user_id_provider(move |_| {
            let number = arrived.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            Some(format!("user-{number}"))
        })
        .hub::<Bench>(|_| Ok(Bench), |_| {})
        .build()
        .expect("a complete server")
}
