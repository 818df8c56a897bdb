//! The servers' processes.

use std::error::Error;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::future::join_all;
use tokio::task::JoinHandle;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use crate::process::Process;

/// How long a server that has ended stays away.
const PAUSE: Duration = Duration::from_secs(3);

/// Where each server is; `None` while it is not there.
#[derive(Clone)]
pub(crate) struct Servers(Arc<[Mutex<Option<SocketAddr>>]>);

impl Servers {
    /// The server for this number, or if it is not there the next one that is. The same number gets the same
    /// server for as long as that is there.
    pub(crate) fn choose(&self, number: usize) -> Option<SocketAddr> {
        let count = self.0.len();
        (0..count).find_map(|step| *self.slot((number + step) % count))
    }

    fn slot(&self, index: usize) -> std::sync::MutexGuard<'_, Option<SocketAddr>> {
        self.0[index].lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub(crate) struct Fleet {
    servers: Servers,
    stop: CancellationToken,
    keepers: Vec<JoinHandle<()>>,
}

impl Fleet {
    /// Starts the servers, and waits until each says where it is.
    pub(crate) async fn start(names: &[&'static str], redis: &str) -> Result<Self, Box<dyn Error>> {
        let servers = Servers(names.iter().map(|_| Mutex::default()).collect());
        let stop = CancellationToken::new();
        let mut keepers = Vec::new();
        for (index, name) in names.iter().enumerate() {
            let running = Running::start(name, redis).await?;
            *servers.slot(index) = Some(running.address);
            keepers.push(tokio::spawn(keep(
                running,
                servers.clone(),
                index,
                (*name, redis.to_owned()),
                stop.clone(),
            )));
        }
        Ok(Self {
            servers,
            stop,
            keepers,
        })
    }

    pub(crate) fn servers(&self) -> Servers {
        self.servers.clone()
    }

    /// Has all servers let their clients go, and waits for their ends.
    pub(crate) async fn stop(self) {
        self.stop.cancel();
        join_all(self.keepers).await;
    }
}

/// A server whose process runs.
struct Running {
    process: Process,
    address: SocketAddr,
}

impl Running {
    async fn start(name: &str, redis: &str) -> Result<Self, Box<dyn Error>> {
        let mut process = Process::start(&["--server", name, "--redis", redis])?;
        let line = process.first_line().await?;
        let address = line.ok_or("it has ended at once")?.parse()?;
        println!("{name} runs, process {}", process.id());
        Ok(Self { process, address })
    }
}

/// Starts a server again whenever it has ended.
async fn keep(
    mut running: Running,
    servers: Servers,
    index: usize,
    (name, redis): (&'static str, String),
    stop: CancellationToken,
) {
    loop {
        tokio::select! {
            () = running.process.ended() => {}
            () = stop.cancelled() => {
                running.process.stop().await;
                return;
            }
        }
        *servers.slot(index) = None;
        println!("{name} has ended");
        running = loop {
            tokio::select! {
                () = sleep(PAUSE) => {}
                () = stop.cancelled() => return,
            }
            match Running::start(name, &redis).await {
                Ok(running) => break running,
                Err(error) => eprintln!("{name} does not start: {error}"),
            }
        };
        *servers.slot(index) = Some(running.address);
    }
}
