use std::time::Duration;

use futures_util::future::try_join_all;
use tokio::sync::oneshot;
use tokio::task::{JoinHandle, spawn_local};
use tokio::time::{interval_at, sleep};

use super::connect::connect;
use super::dialect::Request;
use super::{Connection, Failure, Figures, Meter, Target};

/// How often a client says that it is alive, as all official ones do.
const PING: Duration = Duration::from_secs(15);
/// Until what connecting needed has been given back.
const SETTLE: Duration = Duration::from_secs(3);

/// Connections that only keep alive; then all leave at once, and come back at once.
pub(super) async fn run(
    target: &Target,
    connections: usize,
    rest_seconds: f64,
) -> Result<Figures, Failure> {
    let opening = Meter::start(target)?;
    let resting = rest(target.open(connections).await?);
    sleep(SETTLE).await;
    let opened = opening.stop()?;
    let at_rest = Meter::start(target)?;
    sleep(Duration::from_secs_f64(rest_seconds)).await;
    let rested = at_rest.stop()?;

    for connection in resting {
        // Dropping its end of the line makes the task drop its connection.
        drop(connection.leave);
        connection.task.await??;
    }
    let storm = Meter::start(target)?;
    let back = try_join_all((0..connections).map(|number| connect(target, number))).await?;
    let spent = storm.stop()?;
    drop(back);

    let mut figures = Figures::of(connections as u64, &spent);
    figures.kb_per_connection = Some(opened.usage.resident_kb / connections as f64);
    figures.rest_percent = Some(100.0 * rested.usage.cpu.as_secs_f64() / rested.took.as_secs_f64());
    figures.storm_seconds = Some(spent.took.as_secs_f64());
    Ok(figures)
}

struct Resting {
    leave: oneshot::Sender<()>,
    task: JoinHandle<Result<(), String>>,
}

/// Each connection reads what comes and pings, spread over time.
fn rest(open: Vec<Connection>) -> Vec<Resting> {
    let count = open.len();
    let each = |connection: Connection| {
        let (leave, left) = oneshot::channel();
        let first = PING.mul_f64(connection.number as f64 / count as f64);
        let task = spawn_local(async move {
            keep_alive(connection, first, left)
                .await
                .map_err(|failure| failure.to_string())
        });
        Resting { leave, task }
    };
    open.into_iter().map(each).collect()
}

async fn keep_alive(
    mut connection: Connection,
    first: Duration,
    mut left: oneshot::Receiver<()>,
) -> Result<(), Failure> {
    let mut pings = interval_at(tokio::time::Instant::now() + first, PING);
    loop {
        tokio::select! {
            _ = &mut left => return Ok(()),
            received = connection.receive() => {
                received?;
                while connection.next()?.is_some() {}
            }
            _ = pings.tick() => {
                connection.queue(Request::Ping)?;
                connection.flush().await?;
            }
        }
    }
}
