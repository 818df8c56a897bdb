//! Start again whenever the connection has ended, after a random delay.

use std::time::Duration;

use signalr::HubConnection;
use signalr::client::StartError;
use signalr::error::CloseReason;
use tokio::time::sleep;

pub fn restart_after_close(link: &HubConnection) {
    // Not a clone: with one, the connection would keep itself open.
    let weak = link.downgrade();
    link.on_closed(move |reason| {
        let weak = weak.clone();
        async move {
            if reason == CloseReason::Stopped {
                return;
            }
            loop {
                sleep(Duration::from_secs_f64(rand::random_range(0.0..5.0))).await;
                let Some(link) = weak.upgrade() else { return };
                match link.start().await {
                    Ok(()) | Err(StartError::NotDisconnected(_) | StartError::Stopped) => return,
                    Err(error) => eprintln!("{error}"),
                }
            }
        }
    });
}
