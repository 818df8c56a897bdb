//! A client that asks the server once a second, as a monitor would from elsewhere.

use std::net::SocketAddr;
use std::time::Duration;

use signalr::HubConnection;
use signalr::client::RetryDelays;

use super::traces;

pub(crate) async fn run(address: SocketAddr) {
    let url = format!("http://{address}/weather");
    let link = HubConnection::builder(&url)
        .call_headers(traces::context)
        .automatic_reconnect(RetryDelays::default())
        .build()
        .expect("valid settings");
    if let Err(error) = link.start().await {
        tracing::error!(%error, "the probe cannot connect");
        return;
    }
    let mut rounds = tokio::time::interval(Duration::from_secs(1));
    for round in 0_u32.. {
        rounds.tick().await;
        let city = ["Oslo", "Cairo", "Atlantis"][round as usize % 3];
        // How it ends is told by its spans.
        let _ = link.invoke::<f64>("Temperature", (city,)).await;
    }
}
