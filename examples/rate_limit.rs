//! A filter that limits how often each connection may call, and ends those that do not stop.
//!
//! Run `cargo run --bin rate-limit`, connect a client to `/echo` and call `Echo("hi")` in a loop: ten calls at once are
//! fine, then two a second. Calls of methods that do not exist count too.

mod serve;

use std::error::Error;
use std::sync::{Mutex, PoisonError};

use signalr::server::{InvocationContext, Next, Returned};
use signalr::{HubError, SignalR, hub};
use tokio::time::Instant;

const AT_ONCE: f64 = 10.0;
const PER_SECOND: f64 = 2.0;
/// So many refusals in a row are no mistake any more.
const PATIENCE: u32 = 50;

/// What one connection may still do.
struct Allowance(Mutex<State>);

struct State {
    calls: f64,
    since: Instant,
    refused: u32,
}

enum Verdict {
    Go,
    Refuse,
    Disconnect,
}

impl Default for Allowance {
    fn default() -> Self {
        Self(Mutex::new(State {
            calls: AT_ONCE,
            since: Instant::now(),
            refused: 0,
        }))
    }
}

impl Allowance {
    fn take_one(&self) -> Verdict {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let earned = state.since.elapsed().as_secs_f64() * PER_SECOND;
        state.since = Instant::now();
        state.calls = (state.calls + earned).min(AT_ONCE);
        if state.calls >= 1.0 {
            state.calls -= 1.0;
            state.refused = 0;
            return Verdict::Go;
        }
        state.refused += 1;
        if state.refused < PATIENCE {
            Verdict::Refuse
        } else {
            Verdict::Disconnect
        }
    }
}

async fn limit(
    call: InvocationContext,
    next: Next<InvocationContext, Returned>,
) -> Result<Returned, HubError> {
    let connection = call.connection();
    let allowance = connection.items().get_or_insert_with(Allowance::default);
    match allowance.take_one() {
        Verdict::Go => return next.run(call).await,
        Verdict::Refuse => {}
        Verdict::Disconnect => connection.disconnect("You call too often."),
    }
    Err(HubError::visible("Slow down."))
}

struct EchoHub;

#[hub]
impl EchoHub {
    pub fn echo(&self, text: String) -> String {
        text
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let signalr = SignalR::builder()
        .options(|options| {
            options.filters.invocation(limit);
            options.filters.unknown_methods(true);
        })
        .hub::<EchoHub>(|_| Ok(EchoHub), |_| {})
        .build()?;
    serve::serve(
        serve::listen().await?,
        signalr.map::<EchoHub>("/echo").into(),
        signalr,
    )
    .await
}
