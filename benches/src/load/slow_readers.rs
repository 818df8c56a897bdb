use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::{Duration, Instant};

use tokio::task::spawn_local;
use tokio::time::{sleep_until, timeout};

use super::broadcast::Progress;
use super::dialect::{Event, Request};
use super::figures::Latencies;
use super::text::Text;
use super::{Connection, Failure, Figures, Meter, Target};

/// Until the queues of those who do not read are full.
const WARM_UP: f64 = 2.5;
/// When nothing more is to be expected.
const QUIET: Duration = Duration::from_millis(300);
/// Bytes of each message, so that queues fill soon.
const SIZE: usize = 1024;

/// What all connections of a run share.
struct Run {
    sent: RefCell<Vec<Instant>>,
    measuring: Cell<bool>,
    latencies: RefCell<Latencies>,
    progress: Progress,
}

/// Sends to all at a steady pace while some of them read nothing: how long until the others have it.
/// They must have all of it, in order.
pub(super) async fn run(
    target: &Target,
    connections: usize,
    slow: usize,
    per_second: f64,
    seconds: f64,
) -> Result<Figures, Failure> {
    // The sender is one more.
    let mut open = target.open(connections + 1).await?;
    let mut sender = open.pop().ok_or("no connections")?;
    let mut silent = open.split_off(connections - slow);
    for connection in &silent {
        connection.take_little()?;
    }
    let receivers = open.len() as u64;
    let run = Rc::new(Run {
        sent: RefCell::default(),
        measuring: Cell::new(false),
        latencies: RefCell::new(Latencies::new()?),
        progress: Progress::default(),
    });
    for mut receiver in open {
        let (run, from) = (Rc::clone(&run), sender.number);
        spawn_local(async move {
            if let Err(failure) = receive(&mut receiver, from, &run).await {
                run.progress.fail(failure.to_string());
            }
        });
    }

    let in_seconds = |seconds: f64| (seconds * per_second) as u64;
    let first = in_seconds(WARM_UP);
    let mut pace = Pace {
        next: Instant::now(),
        pause: Duration::from_secs_f64(1.0 / per_second),
        sent: 0,
    };
    pace.send(&mut sender, first, &run).await?;
    run.measuring.set(true);
    let meter = Meter::start(target)?;
    let all = first + in_seconds(seconds);
    pace.send(&mut sender, all, &run).await?;
    run.progress.reach(all * receivers).await?;
    let spent = meter.stop()?;
    if let Some(silent) = silent.pop() {
        missed_some(silent, all).await?;
    }
    Ok(Figures::of((all - first) * receivers, &spent).with_latencies(&run.latencies.borrow()))
}

/// Who did not read must have been slow in the server's eyes, or nothing was measured.
async fn missed_some(mut silent: Connection, sent: u64) -> Result<(), Failure> {
    let mut received = 0;
    // The server may have closed it.
    while let Ok(Ok(())) = timeout(QUIET, silent.receive()).await {
        while let Some(event) = silent.next()? {
            received += u64::from(matches!(event, Event::Pushed(_)));
        }
    }
    if received < sent {
        return Ok(());
    }
    Err("those who did not read have missed nothing".into())
}

struct Pace {
    next: Instant,
    pause: Duration,
    sent: u64,
}

impl Pace {
    /// Sends until so many are sent, and reads what comes meanwhile.
    async fn send(
        &mut self,
        sender: &mut Connection,
        until: u64,
        run: &Run,
    ) -> Result<(), Failure> {
        while self.sent < until {
            tokio::select! {
                biased;
                () = sleep_until(self.next.into()) => {
                    run.sent.borrow_mut().push(Instant::now());
                    sender.queue(Request::Call {
                        id: self.sent,
                        target: "Broadcast",
                        text: &text(sender.number, self.sent),
                    })?;
                    sender.flush().await?;
                    self.sent += 1;
                    self.next += self.pause;
                }
                received = sender.receive() => {
                    received?;
                    while sender.next()?.is_some() {}
                }
            }
        }
        Ok(())
    }
}

async fn receive(receiver: &mut Connection, from: usize, run: &Run) -> Result<(), Failure> {
    let mut received = 0;
    loop {
        receiver.receive().await?;
        let (now, before) = (Instant::now(), received);
        while let Some(event) = receiver.next()? {
            let Event::Pushed(came) = event else { continue };
            if came != text(from, received) {
                return Err(format!("{came} came instead of message {received}").into());
            }
            if run.measuring.get() {
                let sent = run.sent.borrow()[received as usize];
                run.latencies.borrow_mut().record(now - sent);
            }
            received += 1;
        }
        run.progress.add(received - before);
    }
}

fn text(from: usize, number: u64) -> String {
    let text = Text::new(from, number);
    text.as_str().repeat(SIZE / text.as_str().len())
}
