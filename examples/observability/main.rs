//! What a server shows to Prometheus and to OpenTelemetry.
//!
//! Run `cargo run --bin observability` and open <http://127.0.0.1:5000/metrics>. Spans go to the collector that
//! `OTEL_EXPORTER_OTLP_ENDPOINT` names, such as `http://localhost:4318`.

mod measurements;
mod probe;
#[path = "../serve.rs"]
mod serve;
mod traces;

use std::error::Error;

use axum::Router;
use axum::routing::get;
use signalr::{HubError, SignalR, hub};

struct Weather;

#[hub]
impl Weather {
    pub fn temperature(&self, city: String) -> Result<f64, HubError> {
        match city.as_str() {
            "Oslo" => Ok(-3.5),
            "Cairo" => Ok(31.0),
            _ => Err(HubError::visible(format!("{city} has no weather."))),
        }
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let measurements = measurements::record()?;
    let traces = traces::export()?;
    let signalr = SignalR::builder()
        .trace_parent(traces::descend)
        .hub::<Weather>(|_| Ok(Weather), |_| {})
        .build()?;
    let app = Router::new()
        .route("/metrics", get(async move || measurements.render()))
        .merge(signalr.map::<Weather>("/weather"));
    let listener = serve::listen().await?;
    let probing = tokio::spawn(probe::run(listener.local_addr()?));
    serve::serve(listener, app, signalr).await?;
    probing.abort();
    traces.finish().await
}
