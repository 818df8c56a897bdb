//! Hubs over HTTP: the only folder that names axum.

mod admission;
mod connect;
mod connection;
mod context;
mod event_stream;
mod long_polling;
mod negotiate;
mod origin;
mod post;
mod refresh;
mod response;
mod routes;
mod spellings;
mod table;
mod upgrade;
mod web_socket;

pub(super) use origin::Origin;
pub use routes::HubRoutes;
pub(super) use routes::{Endpoint, new_key};
pub(super) use table::ConnectionTable;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// A new id or token: 16 random bytes as 22 characters.
///
/// # Panics
/// The operating system has no random numbers; ids that can be guessed would be worse.
pub(super) fn new_id() -> String {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).expect("the operating system gives random numbers");
    URL_SAFE_NO_PAD.encode(bytes)
}
