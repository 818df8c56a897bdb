//! `cargo run --bin chat [-- --port N]`, then open the address that it prints.

use std::error::Error;
use std::net::Ipv4Addr;

use tokio::net::TcpListener;

const PORT: u16 = 5000;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port()?)).await?;
    let app = signalr_chat::app(&signalr_chat::node_modules())?;
    println!(
        "The chat is open at http://{}/ (Ctrl+C ends it)",
        listener.local_addr()?
    );
    axum::serve(listener, app).await?;
    Ok(())
}

/// The port asked for; 0 is any free one.
fn port() -> Result<u16, Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => Ok(PORT),
        ["--port", port] => Ok(port.parse()?),
        _ => Err("usage: chat [--port N]".into()),
    }
}
