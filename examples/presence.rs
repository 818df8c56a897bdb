//! Presence: who is online, with how many connections, and who comes and goes.
//!
//! Run `cargo run --bin presence`, connect clients to `/presence?user=ann` and `/presence?user=bob`, call
//! `IsOnline("ann")` and `ConnectionsOf("ann")`, or look at <http://127.0.0.1:5000/online>.

mod serve;

use std::collections::HashMap;
use std::error::Error;
use std::sync::{Mutex, PoisonError};

use axum::extract::State;
use axum::routing::get;
use axum::{Json, Router};
use signalr::{CallerContext, HubContext, SendError, SignalR, client_interface, hub};

#[client_interface]
trait PresenceClient {
    async fn came(&self, user: String);
    async fn went(&self, user: String);
}

/// Counts by itself whose first connection comes and whose last one goes: of two that go at once,
/// each would still find the other in the hub's lists.
#[derive(Default)]
struct PresenceHub(Mutex<HashMap<String, usize>>);

impl PresenceHub {
    /// Counts a connection; whether it is the user's first.
    fn is_first(&self, user: &str) -> bool {
        let mut users = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let connections = users.entry(user.to_owned()).or_default();
        *connections += 1;
        *connections == 1
    }

    /// No longer counts a connection; whether it was the user's last.
    fn was_last(&self, user: &str) -> bool {
        let mut users = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(connections) = users.get_mut(user) else {
            return false;
        };
        *connections -= 1;
        let is_last = *connections == 0;
        if is_last {
            users.remove(user);
        }
        is_last
    }
}

#[hub(client = PresenceClient)]
impl PresenceHub {
    #[on_connected]
    async fn joined(&self, cx: &CallerContext<Self>) -> Result<(), SendError> {
        match cx.user_id() {
            Some(user) if self.is_first(user) => cx.clients().others().came(user.to_owned()).await,
            _ => Ok(()),
        }
    }

    #[on_disconnected]
    async fn left(&self, cx: &CallerContext<Self>) -> Result<(), SendError> {
        match cx.user_id() {
            Some(user) if self.was_last(user) => cx.clients().others().went(user.to_owned()).await,
            _ => Ok(()),
        }
    }

    pub fn is_online(&self, cx: &CallerContext<Self>, user: String) -> bool {
        cx.hub_context().connections().count_of_user(&user) > 0
    }

    pub fn connections_of(&self, cx: &CallerContext<Self>, user: String) -> Vec<String> {
        let connections = cx.hub_context().connections().of_user(&user);
        connections.iter().map(|c| c.id().to_owned()).collect()
    }
}

async fn online(State(hub): State<HubContext<PresenceHub>>) -> Json<Vec<String>> {
    let mut users = hub.connections().users();
    users.sort();
    Json(users)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let signalr = SignalR::builder()
        // On trust; a real application authenticates its users.
        .user_id_provider(|request| Some(request?.query("user")?.into_owned()))
        .hub::<PresenceHub>(|_| Ok(PresenceHub::default()), |_| {})
        .build()?;
    let app = Router::new()
        .route("/online", get(online))
        .with_state(signalr.clone())
        .merge(signalr.map::<PresenceHub>("/presence"));
    serve::serve(serve::listen().await?, app, signalr).await
}
