//! Replays conversations that were recorded with ASP.NET Core against the conformance server.

mod support;

use std::path::Path;

use signalr_tests::player::{Selection, check, load};

/// The vectors that hold what .NET's JSON library does and serde does not; `docs/differences.md` says why.
const LEFT_OUT: [&str; 4] = [
    "binding/array-for-object",
    "binding/array-for-object-detailed",
    "binding/camel-and-other-case",
    "uploads/people",
];

#[tokio::test(flavor = "multi_thread")]
async fn the_server_answers_as_recorded() {
    let (url, _) = support::serve().await;
    let vectors = load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("data/vectors"))
        .expect("readable vectors");
    let selection = Selection {
        issue: 1,
        except: LEFT_OUT.map(str::to_owned).to_vec(),
        ..Selection::default()
    };
    for name in LEFT_OUT {
        assert!(
            vectors.iter().any(|vector| vector.name == name),
            "no vector is called {name}"
        );
        println!("left out: {name}");
    }

    let report = check(&url, &vectors, &selection, |_| {}).await;

    println!(
        "{} vectors of issue {}: {report}",
        report.outcomes.len(),
        selection.issue
    );
    let failures: Vec<_> = report.failures().map(ToString::to_string).collect();
    assert!(
        failures.is_empty(),
        "{} vectors failed:\n{}",
        failures.len(),
        failures.join("\n")
    );
}
