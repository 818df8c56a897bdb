use std::sync::Arc;

use super::connection::Connection;
use super::dispatch::CallState;
use super::runtime::HubRuntime;
use super::shared::Shared;
use super::target::Asker;

/// Whose call or event it is, apart from the hub's type.
#[derive(Clone)]
pub(super) struct Caller {
    pub(super) hub: Arc<dyn HubRuntime>,
    pub(super) connection: Shared<Connection>,
    pub(super) asker: Asker,
}

impl Caller {
    pub(super) fn of_call(hub: &Arc<dyn HubRuntime>, state: Shared<CallState>) -> Self {
        let connection = Arc::clone(state.connection());
        Self::new(hub, connection, Asker::Call(state))
    }

    pub(super) fn new(
        hub: &Arc<dyn HubRuntime>,
        connection: Arc<Connection>,
        asker: Asker,
    ) -> Self {
        Self {
            hub: Arc::clone(hub),
            connection: connection.into(),
            asker,
        }
    }
}
