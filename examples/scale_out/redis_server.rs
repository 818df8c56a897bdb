//! A Redis for as long as the example runs.

use std::error::Error;
use std::net::{Ipv4Addr, TcpListener};
use std::process::Stdio;
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::process::{Child, Command};
use tokio::time::{sleep, timeout};

use crate::process::{self, Process};

const PROGRAMS: [&str; 2] = ["redis-server", "valkey-server"];

/// Starts one on a free port; its address.
pub(crate) async fn start() -> Result<(Process, String), Box<dyn Error>> {
    let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?
        .local_addr()?
        .port();
    let mut keeper = Process::start(&["--redis-port", &port.to_string()])?;
    let listens = async {
        while TcpStream::connect((Ipv4Addr::LOCALHOST, port))
            .await
            .is_err()
        {
            sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::select! {
        listens = timeout(Duration::from_secs(30), listens) => listens?,
        () = keeper.ended() => {
            return Err("no redis-server: install one, or name one with --redis URL".into());
        }
    }
    Ok((keeper, format!("redis://127.0.0.1:{port}")))
}

/// Keeps a Redis, in a process of its own, until that is unwanted: Redis itself does not look at its input.
pub(crate) async fn keep(port: &str) -> Result<(), Box<dyn Error>> {
    let started = PROGRAMS
        .into_iter()
        .find_map(|program| spawn(program, port).ok());
    let mut redis = started.ok_or("redis-server is not installed")?;
    // Ctrl+C is for the servers, which still need it.
    let ignored = async { while tokio::signal::ctrl_c().await.is_ok() {} };
    tokio::select! {
        () = process::unwanted() => redis.kill().await?,
        () = ignored => {}
        ended = redis.wait() => return Err(format!("redis-server has ended: {}", ended?).into()),
    }
    std::process::exit(0);
}

fn spawn(program: &str, port: &str) -> std::io::Result<Child> {
    let mut command = Command::new(program);
    command
        .args(["--port", port, "--bind", "127.0.0.1"])
        .args(["--save", "", "--appendonly", "no"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .kill_on_drop(true);
    #[cfg(unix)]
    command.process_group(0);
    command.spawn()
}
