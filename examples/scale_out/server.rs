//! One of the servers: the page, the hub, and a page for the proxy's health checks.

use std::error::Error;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use signalr::server::DrainOptions;
use signalr::server::redis::{RedisHealth, RedisOptions};
use signalr::{EndpointOptions, Services, SignalR};
use tokio::net::TcpListener;
use tokio::sync::Notify;

use crate::hub::{RoomHub, Whereabouts};
use crate::{page, process};

/// Serves until its input is closed, a signal comes or somebody asks it to stop; then its clients move over.
pub(crate) async fn run(name: &str, redis: &str) -> Result<(), Box<dyn Error>> {
    let redis = RedisOptions::new(redis).channel_prefix("scale-out:");
    let health = redis.health();
    let asked = Arc::new(Notify::new());
    let signalr = SignalR::builder()
        .services(Services::new().add(Whereabouts {
            server: name.to_owned(),
            stop: Arc::clone(&asked),
        }))
        .redis(redis)
        .hub::<RoomHub>(|services| Ok(RoomHub::new(services.get()?)), |_| {})
        .build()?;
    // Only the example's own page may talk to the hub.
    let options = EndpointOptions::default().allowed_origins([]);
    let app = Router::new()
        .route("/health", get(ready))
        .with_state(health)
        .merge(page::routes())
        .merge(signalr_chat::script_routes(&signalr_chat::node_modules()))
        .merge(signalr.map_with::<RoomHub>("/room", options));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    println!("{}", listener.local_addr()?);
    let stopped = async move {
        tokio::select! {
            () = asked.notified() => {}
            () = process::unwanted() => {}
            _ = tokio::signal::ctrl_c() => {}
        }
        let at_once = DrainOptions::default().spread(Duration::ZERO);
        signalr.drain(at_once).await;
    };
    axum::serve(listener, app)
        .with_graceful_shutdown(stopped)
        .await?;
    // The input may still be read, which the runtime would wait for.
    std::process::exit(0);
}

/// 503 while this server does not hear the others. Its clients are better off elsewhere, if anybody else does.
async fn ready(State(health): State<RedisHealth>) -> (StatusCode, String) {
    let status = if health.is_connected() {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    (status, format!("{health:?}"))
}
