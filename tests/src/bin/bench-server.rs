//! A server to measure: `bench-server --port N [--workers W]`, with one hub at `/bench`.

use std::error::Error;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::thread;

use axum::Router;
use signalr_tests::command_line::option;
use signalr_tests::conformance::bench;
use tokio::net::{TcpListener, TcpSocket};
use tokio::runtime::Builder;

fn main() -> Result<(), Box<dyn Error>> {
    let port: u16 = option("--port")?.ok_or("--port is missing")?;
    let workers: usize = option("--workers")?.unwrap_or(1);
    let app = bench()?;
    let others: Vec<_> = (1..workers)
        .map(|_| {
            let app = app.clone();
            thread::spawn(move || work(port, app))
        })
        .collect();
    work(port, app)?;
    for other in others {
        other.join().map_err(|_| "a worker panicked")??;
    }
    Ok(())
}

/// A runtime without threads for each worker: nothing has to be handed from one to another, and a
/// connection stays with the core that has its memory. The system shares the clients out.
fn work(port: u16, app: Router) -> io::Result<()> {
    Builder::new_current_thread()
        .enable_all()
        .build()?
        .block_on(async {
            let listener = listen(port)?;
            println!("listening on http://{}", listener.local_addr()?);
            // `axum::serve` copies all routes of a bare router for each connection, of this it copies a pointer.
            axum::serve(listener, app.into_make_service()).await
        })
}

fn listen(port: u16) -> io::Result<TcpListener> {
    let socket = TcpSocket::new_v4()?;
    socket.set_reuseaddr(true)?;
    socket.set_reuseport(true)?;
    socket.bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port)))?;
    socket.listen(1024)
}
