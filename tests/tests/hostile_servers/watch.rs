//! What becomes of a connection.

use std::time::Duration;

use signalr::{CloseReason, HubConnection};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::time::timeout;

/// Far more than anything here takes.
const LONG: Duration = Duration::from_secs(60);

/// How connections ended.
pub(crate) struct Ends(UnboundedReceiver<CloseReason>);

impl Ends {
    pub(crate) fn of(link: &HubConnection) -> Self {
        let (sender, ends) = unbounded_channel();
        link.on_closed(move |reason| {
            let _ = sender.send(reason);
        });
        Self(ends)
    }

    pub(crate) async fn next(&mut self) -> CloseReason {
        soon(self.0.recv()).await.expect("the connection lives")
    }
}

pub(crate) async fn soon<F: Future>(what: F) -> F::Output {
    timeout(LONG, what).await.expect("it hangs")
}
