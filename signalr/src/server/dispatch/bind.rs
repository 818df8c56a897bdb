use std::borrow::Cow;
use std::sync::Arc;

use super::misfit::{fault, refuse};
use super::unknown::unknown;
use super::{CallState, Uploads};
use crate::protocol::{BindError, Invocation, RawArguments};
use crate::server::connection::Connection;
use crate::server::runtime::{HubRuntime, Ready};
use crate::server::spans::Traced;

/// What became of a call on the wire.
pub(in crate::server) enum Bound {
    Ready(Ready),
    UnknownMethod,
    Unbound {
        method: &'static str,
        error: BindError,
    },
}

/// A call on the wire whose arguments are not read yet.
pub(in crate::server) struct RawCall<'a> {
    pub(super) hub: &'a Arc<dyn HubRuntime>,
    pub(super) state: Arc<CallState>,
    pub(super) arguments: &'a RawArguments<'a>,
    pub(super) stream_ids: std::slice::Iter<'a, Cow<'a, str>>,
    /// `None` where the call will be refused once it is bound.
    pub(super) uploads: Option<&'a mut Uploads>,
}

/// Finds a call's method and reads its arguments.
pub(in crate::server) fn bind(
    hub: &Arc<dyn HubRuntime>,
    connection: &Arc<Connection>,
    invocation: &Invocation<'_>,
    uploads: &mut Uploads,
) -> Bound {
    let base = hub.base();
    let Some((place, method)) = base.methods.find(&invocation.target) else {
        return unknown(hub, connection, invocation).map_or(Bound::UnknownMethod, Bound::Ready);
    };
    let fault = fault(method, invocation);
    let trace = match fault {
        None => base.trace_of(invocation),
        Some(_) => base.trace(Traced::Not),
    };
    let state = Arc::new(CallState::new(
        Arc::clone(connection),
        method.name.into(),
        method.streaming,
        method.authorize,
        invocation.invocation_id.as_deref().map(Into::into),
        base.options.enable_detailed_errors,
        trace,
    ));
    let bound = Arc::clone(hub).bind(
        place,
        RawCall {
            hub,
            state: Arc::clone(&state),
            arguments: &invocation.arguments,
            stream_ids: invocation.stream_ids.iter(),
            uploads: fault.is_none().then_some(uploads),
        },
    );
    let call = match (bound, fault) {
        (Err(error), _) => {
            return Bound::Unbound {
                method: method.name,
                error,
            };
        }
        (Ok(call), None) => call,
        (Ok(_), Some(text)) => refuse(Arc::clone(&state), text),
    };
    Bound::Ready(Ready {
        call,
        state,
        counts: !invocation.streaming && invocation.stream_ids.is_empty(),
    })
}
