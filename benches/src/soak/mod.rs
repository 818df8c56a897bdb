//! Servers on one Redis that is restarted under them, clients that come and go: every message
//! arrives once, or its loss is one of those that `docs/scale-out.md` names.

mod client;
mod ledger;
mod life;
mod luck;
mod node;
mod verdict;

use std::error::Error;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use crate::process;
use crate::redis_server::RedisServer;
use ledger::Ledger;
use luck::Luck;
use node::Node;

const GROUPS: usize = 50;
const USERS: usize = 100;
const SENDERS: usize = 4;

/// How long Redis stays away.
const AWAY: Duration = Duration::from_secs(2);

/// How long what is under way may take to arrive, on a machine that does other things.
const SETTLING: Duration = Duration::from_secs(5);

#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Options {
    #[arg(long, default_value_t = 600)]
    seconds: u64,
    /// Half of them speak JSON, half MessagePack.
    #[arg(long, default_value_t = 1000)]
    connections: usize,
    #[arg(long, default_value_t = 3)]
    servers: usize,
    /// How often Redis is killed and started again.
    #[arg(long, default_value_t = 2)]
    restarts: u32,
    /// Another one takes other turns.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// Fails if a message is missing, came twice or came to somebody it was not for.
pub(crate) fn run(options: &Options) -> Result<(), Box<dyn Error>> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?
        .block_on(soak(options))
}

async fn soak(options: &Options) -> Result<(), Box<dyn Error>> {
    let mut redis = RedisServer::start()?;
    let nodes: Arc<[Node]> = (0..options.servers).map(|_| Node::start(&redis)).collect();
    all_connected(&nodes).await?;
    let ledger = Arc::new(Ledger::new());
    let mut living = JoinSet::new();
    for number in 0..options.connections {
        let luck = Luck::new(options.seed << 32 | number as u64);
        let end = Instant::now() + Duration::from_secs(options.seconds);
        living.spawn(client::live(
            Arc::clone(&nodes),
            Arc::clone(&ledger),
            luck,
            end,
        ));
    }
    while ledger.present() < options.connections {
        sleep(Duration::from_millis(50)).await;
    }
    println!(
        "{} connections on {} servers, {} KB resident",
        options.connections,
        options.servers,
        process::usage(std::process::id())?.resident_kb
    );

    let end = Instant::now() + Duration::from_secs(options.seconds);
    let mut senders = JoinSet::new();
    for number in 0..SENDERS {
        let luck = Luck::new(options.seed << 40 | number as u64);
        senders.spawn(node::send(
            Arc::clone(&nodes),
            Arc::clone(&ledger),
            luck,
            end,
        ));
    }
    for _ in 0..options.restarts {
        sleep(Duration::from_secs(options.seconds) / (options.restarts + 1)).await;
        restart(&mut redis, &nodes, &ledger).await?;
    }
    while senders.join_next().await.transpose()?.is_some() {}
    sleep(SETTLING).await;
    ledger.finish();

    let census = nodes[0].context.connections().everywhere().await?;
    println!(
        "{} connections at the end, as {} servers say",
        census.count, census.servers
    );
    living.shutdown().await;
    for node in nodes.iter() {
        println!("{:?}", node.health);
    }
    let usage = process::usage(std::process::id())?;
    println!("{} KB resident, the ledger included", usage.resident_kb);
    let verdict = ledger.verdict();
    println!("{verdict}");
    if verdict.is_good() {
        Ok(())
    } else {
        Err("not every message arrived once".into())
    }
}

async fn restart(
    redis: &mut RedisServer,
    nodes: &[Node],
    ledger: &Ledger,
) -> Result<(), Box<dyn Error>> {
    ledger.begin_outage();
    redis.kill();
    for node in nodes {
        let noticed = async {
            while node.health.is_connected() {
                sleep(Duration::from_millis(5)).await;
            }
        };
        timeout(Duration::from_secs(60), noticed).await?;
    }
    sleep(AWAY).await;
    redis.restart()?;
    all_connected(nodes).await?;
    println!("Redis was away for {:?}", ledger.end_outage());
    Ok(())
}

async fn all_connected(nodes: &[Node]) -> Result<(), Box<dyn Error>> {
    for node in nodes {
        timeout(Duration::from_secs(60), node.health.connected()).await?;
    }
    Ok(())
}
