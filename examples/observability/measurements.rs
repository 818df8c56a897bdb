//! The metrics of the server, as Prometheus reads them.

use std::time::Duration;

use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};
use signalr::server::metrics::{CONNECTION_DURATION, CONNECTION_DURATION_BUCKETS, describe};

/// Records all that is measured in this process from now on.
pub(crate) fn record() -> Result<PrometheusHandle, BuildError> {
    let measurements = PrometheusBuilder::new()
        .with_recommended_naming(true)
        .set_buckets_for_metric(
            Matcher::Full(CONNECTION_DURATION.to_owned()),
            &CONNECTION_DURATION_BUCKETS,
        )?
        .install_recorder()?;
    describe();
    tokio::spawn({
        let measurements = measurements.clone();
        async move {
            let mut rounds = tokio::time::interval(Duration::from_secs(5));
            loop {
                rounds.tick().await;
                measurements.run_upkeep();
            }
        }
    });
    Ok(measurements)
}
