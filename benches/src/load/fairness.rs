use std::cell::{Cell, RefCell};
use std::time::{Duration, Instant};

use futures_util::future::try_join_all;
use tokio::time::sleep_until;

use super::dialect::{Request, Value};
use super::figures::Latencies;
use super::text::Text;
use super::{Connection, Failure, Figures, Meter, Target, echo};

/// The timer's own lateness, which is not the server's.
const TIMER: Duration = Duration::from_millis(2);

/// Calls as fast as answers come, for who is lucky, and then at half that pace, for how long a call
/// takes.
pub(super) async fn run(
    target: &Target,
    connections: usize,
    seconds: f64,
) -> Result<Figures, Failure> {
    let full = echo::run(target, connections, 1, seconds).await?;
    let mut figures = paced(target, connections, full.per_second / 2.0, seconds).await?;
    figures.luck = full.luck;
    Ok(figures)
}

/// Calls at a steady pace, spread evenly over the connections.
pub(super) async fn paced(
    target: &Target,
    connections: usize,
    per_second: f64,
    seconds: f64,
) -> Result<Figures, Failure> {
    let pause = Duration::from_secs_f64(connections as f64 / per_second);
    let open = target.open(connections).await?;
    let latencies = RefCell::new(Latencies::new()?);
    let calls = Cell::new(0);
    let meter = Meter::start(target)?;
    let began = meter.began();
    let until = began + Duration::from_secs_f64(seconds);
    let pace = Pace {
        pause,
        until,
        latencies: &latencies,
        calls: &calls,
    };
    try_join_all(open.into_iter().map(|connection| {
        let first = began + pause.mul_f64(connection.number as f64 / connections as f64);
        pace.keep(connection, first)
    }))
    .await?;
    let spent = meter.stop()?;
    Ok(Figures::of(calls.get(), &spent).with_latencies(&latencies.borrow()))
}

struct Pace<'a> {
    pause: Duration,
    until: Instant,
    latencies: &'a RefCell<Latencies>,
    calls: &'a Cell<u64>,
}

impl Pace<'_> {
    async fn keep(&self, mut connection: Connection, first: Instant) -> Result<(), Failure> {
        let mut due = first;
        let mut number = 0;
        while due < self.until {
            sleep_until(due.into()).await;
            // A call that is late because the one before it was slow counts from when it was due.
            let now = Instant::now();
            let since = if now - due > TIMER { due } else { now };
            let text = Text::new(connection.number, number);
            connection.queue(Request::Call {
                id: number,
                target: "Echo",
                text: text.as_str(),
            })?;
            connection.flush().await?;
            connection
                .answered(number, Value::Text(text.as_str()))
                .await?;
            self.latencies.borrow_mut().record(since.elapsed());
            self.calls.set(self.calls.get() + 1);
            number += 1;
            due += self.pause;
        }
        Ok(())
    }
}
