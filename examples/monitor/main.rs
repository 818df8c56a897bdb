//! `cargo run --bin monitor`: watches a server that keeps failing, and shows each loss and return.
//!
//! `-- --url URL` watches the hub at a URL instead, such as that of another `monitor`.

mod contract;
mod screen;
mod server;

use std::error::Error;
use std::time::Duration;

use signalr::HubConnection;
use signalr::client::{RetryContext, RetryPolicy};

use contract::WatcherReceiver;
use screen::Screen;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let url = match arguments()? {
        Some(url) => url,
        None => server::start().await?,
    };
    println!("Watching {url} (Ctrl+C ends it)");
    let link = HubConnection::builder(&url)
        .receiver(WatcherReceiver(Screen))
        // A server that is not there yet is waited for as one that was lost.
        .retry_start(tirelessly())
        .automatic_reconnect(tirelessly())
        .server_timeout(Duration::from_secs(10))
        .build()?;
    link.on_reconnecting(|reason| screen::lost(&reason));
    link.on_reconnected(|id| screen::back(id.as_deref()));
    link.start().await?;
    screen::connected(link.connection_id().as_deref());
    let sensors: Vec<String> = link.invoke("Names", ()).await?;
    println!("  with {}", sensors.join(", "));
    tokio::signal::ctrl_c().await?;
    link.stop().await;
    Ok(())
}

/// For as long as it takes: up to two seconds after each try.
fn tirelessly() -> impl RetryPolicy {
    let every_second = |_: &RetryContext<'_>| Some(Duration::from_secs(1));
    every_second.with_jitter(Duration::from_secs(1))
}

fn arguments() -> Result<Option<String>, Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => Ok(None),
        ["--url", url] => Ok(Some(url.to_owned())),
        _ => Err("usage: monitor [--url URL]".into()),
    }
}
