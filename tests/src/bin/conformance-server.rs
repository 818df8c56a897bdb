//! The conformance server: `conformance-server --port N`.

use std::error::Error;
use std::net::Ipv4Addr;

use signalr_tests::command_line::option;
use signalr_tests::conformance::app;
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let port: u16 = option("--port")?.ok_or("--port is missing")?;
    let app = app()?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    println!("listening on http://{}", listener.local_addr()?);
    let stopped = app.stopped();
    axum::serve(listener, app.router)
        .with_graceful_shutdown(stopped)
        .await?;
    Ok(())
}
