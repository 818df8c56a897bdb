use std::time::Duration;

use tokio::time::sleep;

use super::{Failure, Figures, Meter, Target};

/// Until what connecting needed has been given back.
const SETTLE: Duration = Duration::from_secs(2);

pub(super) async fn run(target: &Target, connections: usize) -> Result<Figures, Failure> {
    let meter = Meter::start(target)?;
    let open = target.open(connections).await?;
    sleep(SETTLE).await;
    let spent = meter.stop()?;
    let mut figures = Figures::of(connections as u64, &spent);
    figures.kb_per_connection = Some(spent.usage.resident_kb / connections as f64);
    drop(open);
    Ok(figures)
}
