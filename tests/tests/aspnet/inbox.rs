//! What the server has called, in its order.

use serde::de::DeserializeOwned;
use signalr::HubConnection;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

pub(crate) struct Inbox<T>(UnboundedReceiver<T>);

impl<T: DeserializeOwned + Send + 'static> Inbox<T> {
    /// Takes the calls of a method from now on.
    pub(crate) fn of(link: &HubConnection, method: &str) -> Self {
        let (sender, receiver) = unbounded_channel();
        link.on(method, move |value: T| {
            let _ = sender.send(value);
        });
        Self(receiver)
    }

    /// Waits for the next call.
    pub(crate) async fn next(&mut self) -> T {
        self.0.recv().await.expect("the connection is still there")
    }
}
