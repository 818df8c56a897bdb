//! A chat in rooms: the page and the hub behind it. `cargo run --bin chat` serves it.

pub mod clock;
pub mod hub;
mod page;
pub mod people;
mod room;
pub mod rooms;
mod scripts;
mod vote;
mod words;

use std::path::PathBuf;

use axum::Router;
use signalr::server::BuildError;
use signalr::{EndpointOptions, Services, SignalR};

use clock::Clock;
use hub::ChatHub;
use people::People;
use rooms::Rooms;
pub use scripts::{node_modules, routes as script_routes};

/// The whole chat: its page at `/`, its hub at `/chat`, the client's scripts out of one of `node_modules`. With its hubs,
/// to let their clients go before it stops.
pub fn app(node_modules: &[PathBuf]) -> Result<(Router, SignalR), BuildError> {
    let signalr = SignalR::builder()
        .services(
            Services::new()
                .add(Clock::default())
                .add(Rooms::default())
                .add(People::default()),
        )
        .user_id_provider(|request| words::name(&request?.query("user")?).ok())
        .hub::<ChatHub>(
            |services| Ok(ChatHub::new(services.get()?, services.get()?)),
            |_| (),
        )
        .build()?;
    // Only the chat's own page may talk to its hub: other sites' pages must not, under their visitors' names.
    let options = EndpointOptions::default().allowed_origins([]);
    let app = Router::new()
        .merge(page::routes())
        .merge(scripts::routes(node_modules))
        .merge(signalr.map_with::<ChatHub>("/chat", options));
    Ok((app, signalr))
}
