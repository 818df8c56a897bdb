use std::sync::Arc;

use super::base::HubBase;
use super::connection::Connection;
use super::dispatch::CallState;
use super::shared::Shared;
use super::target::Asker;

/// Whose call or event it is, apart from the hub's type.
#[derive(Clone)]
pub(super) struct Caller {
    pub(super) base: Shared<HubBase>,
    pub(super) connection: Shared<Connection>,
    pub(super) asker: Asker,
}

impl Caller {
    pub(super) fn of_call(base: &Arc<HubBase>, state: Shared<CallState>) -> Self {
        let connection = Arc::clone(state.connection());
        Self::new(base, connection, Asker::Call(state))
    }

    pub(super) fn new(base: &Arc<HubBase>, connection: Arc<Connection>, asker: Asker) -> Self {
        Self {
            base: Arc::clone(base).into(),
            connection: connection.into(),
            asker,
        }
    }
}
