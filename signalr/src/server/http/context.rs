use axum::extract::FromRef;

use crate::server::{Hub, HubContext, SignalR};

/// A router whose state is the server gives its handlers `State<HubContext<ChatHub>>`.
///
/// # Panics
/// The hub was not added to the builder.
impl<H: Hub> FromRef<SignalR> for HubContext<H> {
    fn from_ref(signalr: &SignalR) -> Self {
        signalr.context()
    }
}
