//! The spans of a hub, named and tagged as the reference's. Fields that begin with `otel.` are those
//! that the `tracing-opentelemetry` crate understands.

use std::sync::Arc;

use tracing::{Span, debug_span, field};

/// Gives a span the parent that a message's headers name.
pub(super) type TraceParent = dyn Fn(&Span, &[(String, String)]) + Send + Sync;

/// What a call is to a tracer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Traced {
    Invocation,
    AuthenticationRefreshed,
    /// The reference has no span for a call of a method that does not exist.
    Not,
}

macro_rules! lifetime_span {
    ($operation:literal, $service:expr, $method:literal) => {
        debug_span!(
            $operation,
            otel.name = %format_args!("{}/{}", $service, $method),
            otel.kind = "internal",
            otel.status_code = field::Empty,
            rpc.system = "signalr",
            rpc.service = $service,
            rpc.method = $method,
            error.type = field::Empty,
        )
    };
}

fn call(traced: Traced, service: &str, method: &str, id: Option<&str>) -> Span {
    match traced {
        Traced::Invocation => debug_span!(
            "Microsoft.AspNetCore.SignalR.Server.InvocationIn",
            otel.name = %format_args!("{service}/{method}"),
            otel.kind = "server",
            otel.status_code = field::Empty,
            rpc.system = "signalr",
            rpc.service = service,
            rpc.method = method,
            error.type = field::Empty,
            id,
        ),
        Traced::AuthenticationRefreshed => lifetime_span!(
            "Microsoft.AspNetCore.SignalR.Server.OnAuthenticationRefreshed",
            service,
            "OnAuthenticationRefreshedAsync"
        ),
        Traced::Not => Span::none(),
    }
}

pub(super) fn connected(service: &str) -> Span {
    lifetime_span!(
        "Microsoft.AspNetCore.SignalR.Server.OnConnected",
        service,
        "OnConnectedAsync"
    )
}

pub(super) fn disconnected(service: &str) -> Span {
    lifetime_span!(
        "Microsoft.AspNetCore.SignalR.Server.OnDisconnected",
        service,
        "OnDisconnectedAsync"
    )
}

/// Marks a span as that of a failure of this kind.
pub(super) fn failed(span: &Span, kind: &str) {
    span.record("otel.status_code", "ERROR");
    span.record("error.type", kind);
}

/// How a call is traced.
pub(super) struct Trace {
    pub(super) traced: Traced,
    /// The hub's type.
    pub(super) service: &'static str,
    pub(super) parent: Option<RemoteParent>,
}

/// What gives a span its parent in another process.
pub(super) struct RemoteParent {
    pub(super) set: Arc<TraceParent>,
    pub(super) headers: Vec<(String, String)>,
}

impl Trace {
    /// The call's span. In a log it stands in that of its connection, whatever its parent is.
    pub(super) fn span(&self, method: &str, id: Option<&str>) -> Span {
        let span = call(self.traced, self.service, method, id);
        if let Some(parent) = &self.parent
            && !span.is_disabled()
        {
            span.follows_from(Span::current());
            (parent.set)(&span, &parent.headers);
        }
        span
    }
}
