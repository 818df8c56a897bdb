use std::time::{Duration, Instant};

use tokio::time::sleep;

use super::{Failure, Figures, Target};

/// Until what connecting needed has been given back.
const SETTLE: Duration = Duration::from_secs(2);

pub(super) async fn run(target: &Target, connections: usize) -> Result<Figures, Failure> {
    let (before, began) = (target.usage()?, Instant::now());
    let open = target.open(connections).await?;
    let took = began.elapsed();
    sleep(SETTLE).await;
    let spent = target.usage()? - before;
    let mut figures = Figures::of(connections as u64, took, spent);
    figures.kb_per_connection = Some(spent.resident_kb / connections as f64);
    drop(open);
    Ok(figures)
}
