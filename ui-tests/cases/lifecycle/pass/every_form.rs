//! Lifecycle methods: sync or async, fallible or not, and a hub that has nothing else.

use std::sync::Arc;

use signalr::{CallerContext, ConnectionError, HubError, hub};

struct Quiet;

#[hub]
impl Quiet {
    #[on_connected]
    fn joined(&self) {}

    #[on_authentication_refreshed]
    fn refreshed(&self) {}

    #[on_disconnected]
    fn left(&self) -> Result<(), HubError> {
        Ok(())
    }
}

struct Log;

struct Loud;

#[hub]
impl Loud {
    #[on_connected]
    pub async fn joined(&self, cx: &CallerContext<Self>) -> Result<(), HubError> {
        cx.groups().add("lobby").await?;
        Ok(())
    }

    #[signalr::on_authentication_refreshed]
    pub async fn refreshed(&self, cx: &CallerContext<Self>, log: Arc<Log>) -> Result<(), HubError> {
        let _ = (cx.principal(), log);
        cx.groups().add("members").await?;
        Ok(())
    }

    #[signalr::on_disconnected]
    pub async fn left(&self, cx: &CallerContext<Self>, cause: Option<&ConnectionError>) {
        let _ = (cx.connection_id(), cause.map(ToString::to_string));
    }
}

fn main() {}
