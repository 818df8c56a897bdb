use std::cell::{Cell, RefCell};
use std::time::Instant;

use futures_util::future::try_join_all;

use super::figures::Latencies;
use super::{Connection, Failure, Figures, Meter, Target, http};

pub(super) async fn run(target: &Target, count: usize, at_once: usize) -> Result<Figures, Failure> {
    let latencies = RefCell::new(Latencies::new()?);
    let next = Cell::new(0);
    let meter = Meter::start(target)?;
    let lane = async || {
        loop {
            let number = next.replace(next.get() + 1);
            if number >= count {
                return Ok::<_, Failure>(());
            }
            let begun = Instant::now();
            drop(connect(target, number).await?);
            latencies.borrow_mut().record(begun.elapsed());
        }
    };
    try_join_all((0..at_once).map(|_| lane())).await?;
    let spent = meter.stop()?;
    Ok(Figures::of(count as u64, &spent).with_latencies(&latencies.borrow()))
}

/// As a client does by default, where there is something to negotiate.
pub(super) async fn connect(target: &Target, number: usize) -> Result<Connection, Failure> {
    let token = match target.negotiates {
        true => Some(http::negotiate(target, number).await?),
        false => None,
    };
    Connection::open(target, number, token.as_deref()).await
}
