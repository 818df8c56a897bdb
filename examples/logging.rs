//! Filters that log who connects, what is called, how long it took and how it ended.
//!
//! Run `cargo run --bin logging`, connect a client to `/calculator` and call `Divide(1, 0)`.
//! `RUST_LOG=signalr=debug,logging=info` shows what the library itself logs, too.

mod serve;

use std::error::Error;
use std::time::Instant;

use signalr::server::{Filters, InvocationContext, Next, Returned};
use signalr::{HubError, SignalR, hub};
use tracing_subscriber::EnvFilter;

fn log(filters: &mut Filters) {
    filters.unknown_methods(true);
    filters.invocation(log_call);
    filters.connected(async |event, next| {
        let id = event.connection().id().to_owned();
        tracing::info!(id, transport = %event.connection().transport(), "connected");
        next.run(event).await
    });
    filters.disconnected(async |event, next| {
        let id = event.connection().id().to_owned();
        let cause = event.cause().map(ToString::to_string);
        tracing::info!(id, cause, "disconnected");
        next.run(event).await
    });
}

async fn log_call(
    call: InvocationContext,
    next: Next<InvocationContext, Returned>,
) -> Result<Returned, HubError> {
    let method = call.method().to_owned();
    let id = call.connection().id().to_owned();
    let began = Instant::now();
    let returned = next.run(call).await;
    let took = began.elapsed();
    match &returned {
        Ok(_) => tracing::info!(id, method, ?took, "called"),
        Err(error) => tracing::warn!(id, method, ?took, %error, "failed"),
    }
    returned
}

struct Calculator;

#[hub]
impl Calculator {
    pub fn divide(&self, a: i64, b: i64) -> Result<i64, HubError> {
        let quotient = a.checked_div(b);
        quotient.ok_or_else(|| HubError::visible(format!("{a} cannot be divided by {b}.")))
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let levels =
        EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("logging=info"));
    tracing_subscriber::fmt().with_env_filter(levels).init();
    let signalr = SignalR::builder()
        .options(|options| log(&mut options.filters))
        .hub::<Calculator>(|_| Ok(Calculator), |_| {})
        .build()?;
    serve::serve(
        serve::listen().await?,
        signalr.map::<Calculator>("/calculator").into(),
        signalr,
    )
    .await
}
