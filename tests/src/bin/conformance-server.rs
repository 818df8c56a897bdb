//! The conformance server: `conformance-server --port N`.

use std::error::Error;
use std::net::Ipv4Addr;
use std::time::Duration;

use signalr::CancellationToken;
use signalr_tests::command_line::option;
use signalr_tests::conformance::app;
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let port: u16 = option("--port")?.ok_or("--port is missing")?;
    let app = app()?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    println!("listening on http://{}", listener.local_addr()?);
    let drained = CancellationToken::new();
    let stopped = app.stopped();
    let serving =
        axum::serve(listener, app.router).with_graceful_shutdown(drained.clone().cancelled_owned());
    let stopping = async {
        stopped.await;
        drained.cancel();
        // A client that takes nothing more of its answer would hold up axum for ever.
        tokio::time::sleep(Duration::from_secs(5)).await;
    };
    tokio::select! {
        served = serving => served?,
        () = stopping => {}
    }
    Ok(())
}
