//! The span of a call, named and tagged as the .NET client's. Fields that begin with `otel.` are those
//! that the `tracing-opentelemetry` crate understands.

use tracing::{Span, debug_span, field};

use crate::error::InvokeError;

/// The hub as spans name it.
#[derive(Debug, Clone)]
pub(super) struct Service {
    /// Its path, without the first slash.
    pub(super) path: String,
    pub(super) host: Option<String>,
    pub(super) port: Option<u16>,
}

pub(super) fn call(service: Option<&Service>, method: &str, id: Option<&str>) -> Span {
    let path = service.map(|service| service.path.as_str());
    debug_span!(
        "Microsoft.AspNetCore.SignalR.Client.InvocationOut",
        otel.name = %format_args!("{}/{method}", path.unwrap_or_default()),
        otel.kind = "client",
        otel.status_code = field::Empty,
        rpc.system = "signalr",
        rpc.service = path,
        rpc.method = method,
        server.address = service.and_then(|service| service.host.as_deref()),
        server.port = service.and_then(|service| service.port),
        error.type = field::Empty,
        id,
    )
}

/// Marks a call's span as that of a failure.
pub(super) fn failed(span: &Span, error: &InvokeError) {
    let kind = match error {
        InvokeError::Hub(_) => "HubException",
        InvokeError::Cancelled => "OperationCanceledException",
        InvokeError::TimedOut(_) => "TimeoutException",
        InvokeError::NotConnected => "NotConnected",
        InvokeError::Closed(_) => "Closed",
        InvokeError::Encode(_) | InvokeError::TooLarge { .. } => "Encode",
        InvokeError::Decode(_) => "Decode",
        InvokeError::Unexpected(_) => "Unexpected",
        InvokeError::Overrun => "Overrun",
    };
    span.record("otel.status_code", "ERROR");
    span.record("error.type", kind);
}
