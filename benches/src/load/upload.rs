use futures_util::future::try_join_all;

use super::dialect::{Request, Value};
use super::{Connection, Failure, Figures, Meter, Target};

/// Items for each write.
const PIECE: u64 = 256;

pub(super) async fn run(
    target: &Target,
    connections: usize,
    items: u64,
) -> Result<Figures, Failure> {
    let open = target.open(connections).await?;
    let meter = Meter::start(target)?;
    try_join_all(open.into_iter().map(|connection| write(connection, items))).await?;
    let spent = meter.stop()?;
    Ok(Figures::of(items * connections as u64, &spent))
}

/// The server says how many items it got.
async fn write(mut connection: Connection, items: u64) -> Result<(), Failure> {
    connection.queue(Request::Upload {
        id: 1,
        target: "Upload",
    })?;
    for item in 0..items {
        connection.queue(Request::Item(item))?;
        if item % PIECE == PIECE - 1 {
            connection.flush().await?;
        }
    }
    connection.queue(Request::EndOfItems)?;
    connection.flush().await?;
    connection.answered(1, Value::Number(items)).await
}
