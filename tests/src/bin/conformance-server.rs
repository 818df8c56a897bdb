//! The conformance server: `conformance-server --port N`.

use std::error::Error;
use std::net::Ipv4Addr;

use signalr_tests::command_line::option;
use signalr_tests::conformance::{App, app};
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let port: u16 = option("--port")?.ok_or("--port is missing")?;
    let App { router, stop } = app()?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    println!("listening on http://{}", listener.local_addr()?);
    axum::serve(listener, router)
        .with_graceful_shutdown(stop.cancelled_owned())
        .await?;
    Ok(())
}
