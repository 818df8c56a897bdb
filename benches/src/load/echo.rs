use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::{Duration, Instant};

use tokio::task::spawn_local;
use tokio::time::sleep;

use super::dialect::{Event, Request, Value};
use super::figures::Latencies;
use super::text::Text;
use super::{Connection, Failure, Figures, Meter, Target};

/// Before anything is measured.
const WARM_UP: Duration = Duration::from_millis(500);

/// What all connections of a run share.
struct Run {
    measuring: Cell<bool>,
    over: Cell<bool>,
    latencies: RefCell<Latencies>,
}

pub(super) async fn run(
    target: &Target,
    connections: usize,
    in_flight: usize,
    seconds: f64,
) -> Result<Figures, Failure> {
    let run = Rc::new(Run {
        measuring: Cell::new(false),
        over: Cell::new(false),
        latencies: RefCell::new(Latencies::new()?),
    });
    let open = target.open(connections).await?;
    let start = |connection| {
        let run = Rc::clone(&run);
        spawn_local(async move {
            call(connection, in_flight, &run)
                .await
                .map_err(|e| e.to_string())
        })
    };
    let callers: Vec<_> = open.into_iter().map(start).collect();

    sleep(WARM_UP).await;
    let meter = Meter::start(target)?;
    run.measuring.set(true);
    sleep(Duration::from_secs_f64(seconds)).await;
    run.measuring.set(false);
    let spent = meter.stop()?;
    run.over.set(true);

    let mut counts = Vec::with_capacity(connections);
    for caller in callers {
        counts.push(caller.await??);
    }
    let luckiest = counts.iter().copied().max().unwrap_or(0);
    let unluckiest = counts.iter().copied().min().unwrap_or(0);
    let mut figures =
        Figures::of(counts.iter().sum(), &spent).with_latencies(&run.latencies.borrow());
    figures.luck = Some(luckiest as f64 / unluckiest as f64);
    Ok(figures)
}

/// Keeps calls under way until the run is over; how many were answered while it was measured.
async fn call(mut connection: Connection, in_flight: usize, run: &Run) -> Result<u64, Failure> {
    let mut calls = Vec::with_capacity(in_flight);
    for id in 0..in_flight as u64 {
        let text = Text::new(connection.number, id);
        queue(&mut connection, id, text)?;
        calls.push((text, Instant::now()));
    }
    let (mut next, mut under_way, mut answered) = (in_flight as u64, in_flight, 0);
    let mut done: Vec<u64> = Vec::with_capacity(in_flight);
    loop {
        connection.flush().await?;
        if under_way == 0 {
            return Ok(answered);
        }
        connection.receive().await?;
        while let Some(event) = connection.next()? {
            match event {
                Event::Answer(id, Value::Text(text)) if is_mine(&calls, id, text) => done.push(id),
                Event::Other => {}
                wrong => return Err(format!("not expected: {wrong:?}").into()),
            }
        }
        let now = Instant::now();
        for id in done.drain(..) {
            let (text, sent) = &mut calls[id as usize];
            if run.measuring.get() {
                answered += 1;
                run.latencies.borrow_mut().record(now - *sent);
            }
            if run.over.get() {
                under_way -= 1;
                continue;
            }
            *text = Text::new(connection.number, next);
            *sent = now;
            next += 1;
            let text = *text;
            queue(&mut connection, id, text)?;
        }
    }
}

fn queue(connection: &mut Connection, id: u64, text: Text) -> Result<(), Failure> {
    connection.queue(Request::Call {
        id,
        target: "Echo",
        text: text.as_str(),
    })
}

fn is_mine(calls: &[(Text, Instant)], id: u64, text: &str) -> bool {
    calls
        .get(id as usize)
        .is_some_and(|(sent, _)| sent.as_str() == text)
}
