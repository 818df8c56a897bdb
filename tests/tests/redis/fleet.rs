//! Servers that share a hub over Redis.

use std::sync::Arc;
use std::time::Duration;

use signalr::HubProtocol;
use signalr::server::lifetime::spec::Fleet;
use signalr::server::lifetime::{HubInfo, LifetimeManager, ProtocolSet, ScaleOut};
use signalr::server::redis::{Backplane, RedisHealth, RedisOptions};

use crate::server::RedisServer;

/// The hub as .NET would name it.
pub(crate) const HUB: &str = "Chat.Hubs.ChatHub";

pub(crate) struct RedisFleet {
    pub(crate) fleet: Fleet,
    pub(crate) health: Vec<RedisHealth>,
}

pub(crate) fn options(address: &str) -> RedisOptions {
    RedisOptions::new(address)
        .retry(Duration::from_millis(20), Duration::from_millis(200))
        .command_timeout(Duration::from_secs(2))
        .ping_interval(Duration::from_secs(1))
}

pub(crate) fn lifetime(options: RedisOptions) -> Arc<dyn LifetimeManager> {
    let hub = HubInfo::new(HUB, ProtocolSet::of(HubProtocol::ALL));
    Backplane::new(options)
        .lifetime(&hub)
        .expect("good options")
}

/// Connected servers.
pub(crate) async fn servers(
    redis: &RedisServer,
    count: usize,
    configure: impl Fn(RedisOptions) -> RedisOptions,
) -> RedisFleet {
    let mut health = Vec::new();
    let mut servers = Vec::new();
    for _ in 0..count {
        let options = configure(options(&redis.address()));
        health.push(options.health());
        servers.push(lifetime(options));
    }
    for health in &health {
        health.connected().await;
    }
    RedisFleet {
        fleet: Fleet::new(servers),
        health,
    }
}
