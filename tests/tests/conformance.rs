//! Replays conversations that were recorded with ASP.NET Core against the conformance server.

mod support;

use std::path::Path;

use signalr_tests::player::{Selection, check, load};

#[tokio::test(flavor = "multi_thread")]
async fn the_server_answers_as_recorded() {
    let (url, _) = support::serve().await;
    let vectors = load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("data/vectors"))
        .expect("readable vectors");

    let report = check(&url, &vectors, &Selection::default(), |_| {}).await;

    println!("{} vectors: {report}", report.outcomes.len());
    let failures: Vec<_> = report.failures().map(ToString::to_string).collect();
    assert!(
        failures.is_empty(),
        "{} vectors failed:\n{}",
        failures.len(),
        failures.join("\n")
    );
}
