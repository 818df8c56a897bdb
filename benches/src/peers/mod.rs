//! The servers that are measured: this project's, and others that do the same work.

mod axum_web_socket;
mod floor;
mod hand_coded;
mod json_rpc;
mod runtime;
mod signalr;
mod socket_io;

use std::error::Error;
use std::net::Ipv4Addr;

use clap::ValueEnum;
use tokio::net::TcpListener;

/// A server that this program can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Peer {
    /// This project: the bench hub at `/bench`, with groups and users at `/rooms`.
    Signalr,
    /// WebSocket frames by hand on tokio, the hub protocol by hand, two methods: what the system
    /// calls cost.
    Floor,
    /// axum's own WebSocket with its default buffers, the hub protocol by hand, two methods.
    Axum,
    /// Events with acknowledgements of Socket.IO.
    Socketioxide,
    /// Calls and a subscription of JSON-RPC.
    Jsonrpsee,
}

/// Serves until the process ends.
pub(crate) fn serve(peer: Peer, port: u16, workers: usize) -> Result<(), Box<dyn Error>> {
    runtime::build(workers)?.block_on(async {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        match peer {
            Peer::Signalr => self::signalr::serve(listener).await,
            Peer::Floor => floor::serve(listener).await,
            Peer::Axum => axum_web_socket::serve(listener).await,
            Peer::Socketioxide => socket_io::serve(listener).await,
            Peer::Jsonrpsee => json_rpc::serve(listener).await,
        }
    })
}
