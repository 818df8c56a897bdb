use std::sync::Arc;

use signalr::HubProtocol;
use signalr::server::lifetime::{HubInfo, LifetimeManager, ProtocolSet, ScaleOut};
use signalr::server::redis::{Backplane, RedisHealth, RedisOptions};

/// A server that is connected.
pub(super) async fn server(address: &str) -> (Arc<dyn LifetimeManager>, RedisHealth) {
    let options = RedisOptions::new(address).channel_prefix("bench:");
    let health = options.health();
    let hub = HubInfo::new("BenchHub", ProtocolSet::of(HubProtocol::ALL));
    let server = Backplane::new(options)
        .lifetime(&hub)
        .expect("good options");
    health.connected().await;
    (server, health)
}
