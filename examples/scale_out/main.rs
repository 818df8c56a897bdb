//! `cargo run --bin scale-out [-- --port N] [--redis URL]`: two chat servers behind a reverse proxy, joined by Redis.
//!
//! This program is the proxy. It starts a Redis, unless it is given one, and each of the servers as a process
//! of its own, and starts anew whichever ends. Open the address that it prints in several tabs.

mod fleet;
mod hub;
mod page;
mod process;
mod proxy;
mod redis_server;
mod server;

use std::error::Error;
use std::net::Ipv4Addr;

use tokio::net::TcpListener;

use fleet::Fleet;

const SERVERS: [&str; 2] = ["Amsterdam", "Berlin"];

struct Arguments {
    port: u16,
    redis: Option<String>,
    /// What the processes are that this program starts.
    server: Option<String>,
    redis_port: Option<String>,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments = arguments()?;
    if let Some(port) = arguments.redis_port {
        return redis_server::keep(&port).await;
    }
    if let (Some(name), Some(redis)) = (&arguments.server, &arguments.redis) {
        return server::run(name, redis).await;
    }
    let (_own, redis) = match arguments.redis {
        Some(address) => (None, address),
        None => {
            let (own, address) = redis_server::start().await?;
            (Some(own), address)
        }
    };
    let fleet = Fleet::start(&SERVERS, &redis).await?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, arguments.port)).await?;
    println!(
        "The chat is open at http://{}/ (Ctrl+C ends it)",
        listener.local_addr()?
    );
    axum::serve(listener, proxy::routes(fleet.servers()))
        .with_graceful_shutdown(async move {
            let _ = tokio::signal::ctrl_c().await;
            fleet.stop().await;
        })
        .await?;
    Ok(())
}

fn arguments() -> Result<Arguments, Box<dyn Error>> {
    let mut arguments = Arguments {
        port: 5000,
        redis: None,
        server: None,
        redis_port: None,
    };
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        match (word.as_str(), words.next()) {
            ("--port", Some(port)) => arguments.port = port.parse()?,
            ("--redis", Some(address)) => arguments.redis = Some(address),
            ("--server", Some(name)) => arguments.server = Some(name),
            ("--redis-port", Some(port)) => arguments.redis_port = Some(port),
            _ => return Err("usage: scale-out [--port N] [--redis URL]".into()),
        }
    }
    Ok(arguments)
}
