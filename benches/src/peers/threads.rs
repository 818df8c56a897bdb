use std::error::Error;
use std::future::Future;
use std::net::{Ipv4Addr, SocketAddr};
use std::process::exit;
use std::{io, thread};

use clap::Args;
use tokio::net::{TcpListener, TcpSocket};
use tokio::runtime::{Builder, Runtime};

/// On which threads a server runs, the same for every peer.
#[derive(Debug, Clone, Copy, Args)]
pub(super) struct Threads {
    /// Threads of a runtime that share its tasks. One is a runtime without threads: nothing has to
    /// be handed from one to another.
    #[arg(long, default_value_t = 1)]
    workers: usize,
    /// Runtimes that share nothing but the port; a connection stays with its own.
    #[arg(long, default_value_t = 1)]
    runtimes: usize,
}

/// Where a server listens.
#[derive(Debug, Clone, Copy, Args)]
pub(super) struct Listen {
    #[arg(long)]
    port: u16,
    /// Bytes that the system keeps for a client that does not read, instead of what it finds right.
    #[arg(long)]
    send_buffer: Option<u32>,
}

impl Threads {
    /// Serves until the process ends: `serve` is called once for each runtime.
    pub(super) fn run<Serving>(
        self,
        listen: Listen,
        serve: impl Fn(TcpListener) -> Serving + Clone + Send + 'static,
    ) -> Result<(), Box<dyn Error>>
    where
        Serving: Future<Output = Result<(), Box<dyn Error>>>,
    {
        let workers = self.workers;
        let one = move || {
            runtime(workers)?.block_on(async {
                let listener = listen.bind()?;
                serve(listener).await
            })
        };
        for _ in 1..self.runtimes {
            let one = one.clone();
            thread::spawn(move || {
                if let Err(error) = one() {
                    eprintln!("{error}");
                    exit(1);
                }
            });
        }
        one()
    }
}

fn runtime(workers: usize) -> io::Result<Runtime> {
    match workers {
        0 | 1 => Builder::new_current_thread().enable_all().build(),
        _ => Builder::new_multi_thread()
            .worker_threads(workers)
            .enable_all()
            .build(),
    }
}

impl Listen {
    fn bind(self) -> io::Result<TcpListener> {
        let socket = TcpSocket::new_v4()?;
        socket.set_reuseaddr(true)?;
        socket.set_reuseport(true)?;
        if let Some(size) = self.send_buffer {
            socket.set_send_buffer_size(size)?;
        }
        socket.bind(SocketAddr::from((Ipv4Addr::LOCALHOST, self.port)))?;
        socket.listen(1024)
    }
}
