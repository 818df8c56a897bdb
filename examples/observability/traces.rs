//! Spans, as OpenTelemetry collects them, and how those of clients and servers find each other.

use std::collections::HashMap;
use std::error::Error;

use opentelemetry::propagation::TextMapPropagator;
use opentelemetry::trace::TracerProvider;
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer};

/// What is exported until the program ends.
pub(crate) struct Traces(Option<SdkTracerProvider>);

/// Logs to the terminal, and sends spans to the collector that the environment names.
pub(crate) fn export() -> Result<Traces, Box<dyn Error>> {
    let provider = match std::env::var_os("OTEL_EXPORTER_OTLP_ENDPOINT") {
        Some(_) => Some(provider()?),
        None => None,
    };
    // Calls are spans of the level debug.
    let spans = provider.as_ref().map(|provider| {
        tracing_opentelemetry::layer()
            .with_tracer(provider.tracer("observability"))
            .with_filter(EnvFilter::new("signalr=debug"))
    });
    let log = tracing_subscriber::fmt::layer().with_filter(EnvFilter::new("warn"));
    tracing_subscriber::registry().with(spans).with(log).init();
    Ok(Traces(provider))
}

fn provider() -> Result<SdkTracerProvider, Box<dyn Error>> {
    // The exporter's client for HTTP leaves the choice to the program.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let exporter = SpanExporter::builder()
        .with_http()
        .with_protocol(Protocol::HttpJson)
        .build()?;
    Ok(SdkTracerProvider::builder()
        .with_batch_exporter(exporter)
        .with_resource(Resource::builder().with_service_name("weather").build())
        .build())
}

/// Gives a server's span the parent that a message's headers name.
pub(crate) fn descend(span: &Span, headers: &[(String, String)]) {
    let headers: HashMap<String, String> = headers.iter().cloned().collect();
    let parent = TraceContextPropagator::new().extract(&headers);
    if let Err(error) = span.set_parent(parent) {
        tracing::debug!(%error, "a span has no parent");
    }
}

/// The headers that name the current span, for a client's messages.
pub(crate) fn context() -> Vec<(String, String)> {
    let mut headers = HashMap::new();
    TraceContextPropagator::new().inject_context(&Span::current().context(), &mut headers);
    headers.into_iter().collect()
}

impl Traces {
    /// Sends what has not been sent.
    pub(crate) async fn finish(self) -> Result<(), Box<dyn Error>> {
        if let Some(provider) = self.0 {
            tokio::task::spawn_blocking(move || provider.shutdown()).await??;
        }
        Ok(())
    }
}
