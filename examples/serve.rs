//! What every example ends with: `--port N` (0 is any free one), and a server that lets its clients go before it stops.

use std::error::Error;
use std::net::Ipv4Addr;
use std::time::Duration;

use axum::Router;
use signalr::server::DrainOptions;
use signalr::{CancellationToken, SignalR};
use tokio::net::TcpListener;

pub(crate) async fn listen() -> Result<TcpListener, Box<dyn Error>> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, port()?)).await?)
}

pub(crate) async fn serve(
    listener: TcpListener,
    app: Router,
    signalr: SignalR,
) -> Result<(), Box<dyn Error>> {
    println!(
        "Listening on http://{}/ (Ctrl+C ends it)",
        listener.local_addr()?
    );
    let drained = CancellationToken::new();
    let serving =
        axum::serve(listener, app).with_graceful_shutdown(drained.clone().cancelled_owned());
    let stopping = async {
        let _ = tokio::signal::ctrl_c().await;
        signalr
            .drain(DrainOptions::default().spread(Duration::ZERO))
            .await;
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

fn port() -> Result<u16, Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => Ok(5000),
        ["--port", port] => Ok(port.parse()?),
        _ => Err("the only option is --port N".into()),
    }
}
