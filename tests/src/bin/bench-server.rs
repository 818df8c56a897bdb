//! A server to measure: `bench-server --port N [--workers W]`, with one hub at `/bench`.

use std::error::Error;
use std::io;
use std::net::Ipv4Addr;

use signalr_tests::command_line::option;
use signalr_tests::conformance::bench;
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};

fn main() -> Result<(), Box<dyn Error>> {
    let port: u16 = option("--port")?.ok_or("--port is missing")?;
    let workers: usize = option("--workers")?.unwrap_or(1);
    runtime(workers)?.block_on(serve(port))
}

/// One worker is a runtime without threads: nothing has to be handed from one to another.
fn runtime(workers: usize) -> io::Result<Runtime> {
    match workers {
        0 | 1 => Builder::new_current_thread().enable_all().build(),
        _ => Builder::new_multi_thread()
            .worker_threads(workers)
            .enable_all()
            .build(),
    }
}

async fn serve(port: u16) -> Result<(), Box<dyn Error>> {
    let app = bench()?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    println!("listening on http://{}", listener.local_addr()?);
    // `axum::serve` copies all routes of a bare router for each connection, of this it copies a pointer.
    axum::serve(listener, app.into_make_service()).await?;
    Ok(())
}
