//! Start, and try again until it succeeds or is cancelled.

use std::error::Error;
use std::time::Duration;

use signalr::HubConnection;
use signalr::client::{Connector, HubConnectionBuilder, RetryContext};
use tokio_util::sync::CancellationToken;

pub async fn start_until_cancelled<C: Connector>(
    builder: HubConnectionBuilder<C>,
    cancelled: &CancellationToken,
) -> Result<Option<HubConnection>, Box<dyn Error>> {
    let link = builder
        .retry_start(|_: &RetryContext<'_>| Some(Duration::from_secs(5)))
        .build()?;
    match cancelled.run_until_cancelled(link.start()).await {
        Some(started) => started?,
        None => return Ok(None), // Dropping the start has given it up.
    }
    Ok(Some(link))
}
