//! Twenty seconds of what `signalr-benches soak` does for ten minutes.

use std::io::{Write, stderr};
use std::process::Command;

#[test]
fn every_message_arrives_once_or_is_accounted_for() {
    let paths = std::env::var_os("PATH").unwrap_or_default();
    let has_redis = std::env::split_paths(&paths).any(|folder| {
        folder.join("redis-server").is_file() || folder.join("valkey-server").is_file()
    });
    if !has_redis {
        assert!(
            std::env::var_os("SIGNALR_REQUIRE_E2E").is_none(),
            "redis-server is not installed"
        );
        // Not `eprintln!`, which is shown only when a test fails.
        writeln!(stderr(), "SKIPPED the soak: redis-server is not installed")
            .expect("stderr takes a line");
        return;
    }
    let output = Command::new(env!("CARGO_BIN_EXE_signalr-benches"))
        .args(["soak", "--seconds", "20", "--connections", "100"])
        .output()
        .expect("it starts");
    assert!(
        output.status.success(),
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}
