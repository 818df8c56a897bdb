//! Replays conversations that were recorded with ASP.NET Core against the conformance server.

mod support;

use std::path::Path;

use signalr_tests::player::{Selection, check, load};

/// What the server cannot do yet.
const NOT_YET: [&str; 2] = ["stateful/", "negotiate/stateful-"];

#[tokio::test(flavor = "multi_thread")]
async fn the_server_answers_as_recorded() {
    let (url, _) = support::serve().await;
    let vectors = load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("data/vectors"))
        .expect("readable vectors");
    let left_out = |name: &&String| NOT_YET.iter().any(|start| name.starts_with(start));
    let names = vectors.iter().map(|vector| &vector.name);
    let selection = Selection {
        except: names.filter(left_out).cloned().collect(),
        ..Selection::default()
    };
    for name in &selection.except {
        println!("left out: {name}");
    }

    let report = check(&url, &vectors, &selection, |_| {}).await;

    println!("{} vectors: {report}", report.outcomes.len());
    let failures: Vec<_> = report.failures().map(ToString::to_string).collect();
    assert!(
        failures.is_empty(),
        "{} vectors failed:\n{}",
        failures.len(),
        failures.join("\n")
    );
}
