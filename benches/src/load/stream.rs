use futures_util::future::try_join_all;

use super::dialect::{Event, Request, Value};
use super::{Connection, Failure, Figures, Meter, Target};

pub(super) async fn run(
    target: &Target,
    connections: usize,
    items: u64,
) -> Result<Figures, Failure> {
    let open = target.open(connections).await?;
    let meter = Meter::start(target)?;
    try_join_all(open.into_iter().map(|connection| read(connection, items))).await?;
    let spent = meter.stop()?;
    Ok(Figures::of(items * connections as u64, &spent))
}

/// Every item in order, and then the end.
async fn read(mut connection: Connection, items: u64) -> Result<(), Failure> {
    connection.queue(Request::Stream {
        id: 1,
        target: "Counter",
        count: items,
    })?;
    connection.flush().await?;
    let mut next = 0;
    loop {
        connection.receive().await?;
        while let Some(event) = connection.next()? {
            match event {
                Event::Item(item) if item == next => next += 1,
                Event::Answer(1, Value::Nothing) if next == items => return Ok(()),
                Event::Other => {}
                wrong => return Err(format!("{wrong:?} came instead of item {next}").into()),
            }
        }
    }
}
