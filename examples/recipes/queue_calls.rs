//! Queue calls while the connection is lost.

use std::time::Duration;

use signalr::HubConnection;
use signalr::client::{Connector, HubConnectionBuilder, RetryDelays};
use tokio::sync::mpsc;

pub fn patient<C: Connector>(builder: HubConnectionBuilder<C>) -> HubConnectionBuilder<C> {
    builder
        .automatic_reconnect(RetryDelays::default())
        .wait_for_connection(Duration::from_secs(60))
}

/// Sends texts in their order; up to a hundred wait, and then whoever sends.
pub fn outbox(link: HubConnection) -> mpsc::Sender<String> {
    let (sender, mut texts) = mpsc::channel::<String>(100);
    tokio::spawn(async move {
        while let Some(text) = texts.recv().await {
            if let Err(error) = link.invoke::<()>("Say", (&text,)).await {
                eprintln!("'{text}' may be lost: {error}");
            }
        }
    });
    sender
}
