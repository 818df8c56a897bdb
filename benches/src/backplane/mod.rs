//! What joining servers over Redis costs, beside Redis by itself.

mod bare;
mod fleet;
mod latency;
mod rate;

use std::error::Error;
use std::sync::Arc;

use signalr::server::lifetime::{InProcess, LifetimeManager};

use crate::redis_server::RedisServer;
use bare::Bare;

#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Options {
    /// A Redis that runs; otherwise one is started.
    #[arg(long)]
    redis: Option<String>,
    /// How often everything is measured; the best round counts, because what disturbs only slows.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
}

/// Prints the table of `docs/scale-out.md`.
pub(crate) fn run(options: &Options) -> Result<(), Box<dyn Error>> {
    let own = match &options.redis {
        Some(_) => None,
        None => Some(RedisServer::start()?),
    };
    let address = options
        .redis
        .clone()
        .or_else(|| Some(own.as_ref()?.address()))
        .ok_or("there is no Redis")?;
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?
        .block_on(measure(&address, options.rounds))
}

async fn measure(address: &str, rounds: usize) -> Result<(), Box<dyn Error>> {
    let alone: Arc<dyn LifetimeManager> = Arc::new(InProcess::default());
    let (near, _) = fleet::server(address).await;
    let (far, heard) = fleet::server(address).await;
    let mut latencies = [const { Vec::new() }; 4];
    let mut rates = [const { Vec::new() }; 2];
    for _ in 0..rounds {
        latencies[0].push(latency::of(&alone, &alone).await);
        latencies[1].push(Bare::connect(address).await?.latency().await?);
        latencies[2].push(latency::of(&near, &near).await);
        latencies[3].push(latency::of(&near, &far).await);
        rates[0].push(Bare::connect(address).await?.rate().await?);
        rates[1].push(rate::of(&near, &far, &heard).await);
    }
    println!("| at {} messages/s | p50 | p99 | p99.9 |", latency::RATE);
    println!("| --- | --- | --- | --- |");
    let names = [
        "one process",
        "bare Redis, publish to receive",
        "a client of the sending server",
        "a client of another server",
    ];
    for (name, rounds) in names.into_iter().zip(latencies) {
        let best = rounds.into_iter().min_by_key(|round| round.p50);
        let best = best.ok_or("no rounds")?;
        println!(
            "| {name} | {} µs | {} µs | {} µs |",
            best.p50, best.p99, best.p999
        );
    }
    println!("\n| as fast as it goes | messages/s |");
    println!("| --- | --- |");
    let names = ["bare Redis, pipelined", "one server to a client of another"];
    for (name, rounds) in names.into_iter().zip(rates) {
        let best = rounds.into_iter().fold(0.0, f64::max);
        println!("| {name} | {best:.0} |");
    }
    Ok(())
}
