//! The servers that are measured: this project's, and others that do the same work.

mod axum_web_socket;
mod floor;
mod hand_coded;
mod json_rpc;
mod runtime;
mod signalr;
mod socket_io;

use std::error::Error;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};

use clap::{Args, ValueEnum};
use tokio::net::{TcpListener, TcpSocket};

use self::signalr::SlowConsumers;

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

/// What to serve.
#[derive(Debug, Args)]
pub(crate) struct Options {
    peer: Peer,
    #[arg(long)]
    port: u16,
    #[arg(long, default_value_t = 1)]
    workers: usize,
    /// Bytes that the system keeps for a client that does not read, instead of what it finds right.
    #[arg(long)]
    send_buffer: Option<u32>,
    /// What becomes of messages for such a client, in this project's server.
    #[arg(long, value_enum, default_value_t = SlowConsumers::Wait)]
    slow_consumers: SlowConsumers,
}

fn listen(options: &Options) -> io::Result<TcpListener> {
    let socket = TcpSocket::new_v4()?;
    socket.set_reuseaddr(true)?;
    if let Some(size) = options.send_buffer {
        socket.set_send_buffer_size(size)?;
    }
    socket.bind(SocketAddr::from((Ipv4Addr::LOCALHOST, options.port)))?;
    socket.listen(1024)
}

/// Serves until the process ends.
pub(crate) fn serve(options: &Options) -> Result<(), Box<dyn Error>> {
    runtime::build(options.workers)?.block_on(async {
        let listener = listen(options)?;
        match options.peer {
            Peer::Signalr => self::signalr::serve(listener, options.slow_consumers).await,
            Peer::Floor => floor::serve(listener).await,
            Peer::Axum => axum_web_socket::serve(listener).await,
            Peer::Socketioxide => socket_io::serve(listener).await,
            Peer::Jsonrpsee => json_rpc::serve(listener).await,
        }
    })
}
