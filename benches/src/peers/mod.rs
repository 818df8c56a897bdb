//! The servers that are measured: this project's, and others that do the same work.

mod axum_web_socket;
mod floor;
mod hand_coded;
mod json_rpc;
mod signalr;
mod socket_io;
mod threads;

use std::error::Error;
use std::sync::Arc;

use clap::{Args, ValueEnum};

use self::signalr::SlowConsumers;
use self::threads::{Listen, Threads};

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
    #[command(flatten)]
    listen: Listen,
    #[command(flatten)]
    threads: Threads,
    /// What becomes of messages for such a client, in this project's server.
    #[arg(long, value_enum, default_value_t = SlowConsumers::Wait)]
    slow_consumers: SlowConsumers,
}

/// Serves until the process ends.
pub(crate) fn serve(options: &Options) -> Result<(), Box<dyn Error>> {
    let Options {
        listen, threads, ..
    } = *options;
    match options.peer {
        Peer::Signalr => {
            let app = self::signalr::app(options.slow_consumers)?;
            threads.run(listen, move |listener| {
                self::signalr::serve(listener, app.clone())
            })
        }
        Peer::Floor => {
            let everyone = floor::Everyone::default();
            threads.run(listen, move |listener| {
                floor::serve(listener, Arc::clone(&everyone))
            })
        }
        Peer::Axum => threads.run(listen, axum_web_socket::serve),
        Peer::Socketioxide => threads.run(listen, socket_io::serve),
        Peer::Jsonrpsee => threads.run(listen, json_rpc::serve),
    }
}
