//! A room that reaches over all servers.

use std::sync::Arc;

use serde::Serialize;
use signalr::{CallerContext, HubError, SendError, client_interface, hub};
use tokio::sync::Notify;

/// What the clients of all servers are told.
#[client_interface]
pub(crate) trait RoomClient {
    /// Somebody has said something; `server` is the one that they are on.
    async fn said(&self, who: String, server: String, text: String);
}

/// The server that a connection is on.
#[derive(Debug)]
pub(crate) struct Whereabouts {
    pub(crate) server: String,
    /// Ends the server.
    pub(crate) stop: Arc<Notify>,
}

pub(crate) struct RoomHub {
    here: Arc<Whereabouts>,
}

/// Who is there, as the servers say.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Everybody {
    connections: usize,
    servers: usize,
}

impl RoomHub {
    pub(crate) fn new(here: Arc<Whereabouts>) -> Self {
        Self { here }
    }
}

#[hub(client = RoomClient)]
impl RoomHub {
    /// The server that has this connection.
    pub fn server(&self) -> String {
        self.here.server.clone()
    }

    /// Reaches everybody, whichever server has them.
    pub async fn say(
        &self,
        cx: &CallerContext<Self>,
        who: String,
        text: String,
    ) -> Result<(), SendError> {
        let everybody = cx.clients().all();
        everybody.said(who, self.here.server.clone(), text).await
    }

    pub async fn everybody(&self, cx: &CallerContext<Self>) -> Result<Everybody, HubError> {
        let census = cx.hub_context().connections().everywhere().await;
        let census =
            census.map_err(|_| HubError::visible("The other servers cannot be reached."))?;
        Ok(Everybody {
            connections: census.count,
            servers: census.servers,
        })
    }

    /// Ends this server, as a new version of it would; its clients move over to another.
    pub fn stop_server(&self) {
        self.here.stop.notify_one();
    }
}
