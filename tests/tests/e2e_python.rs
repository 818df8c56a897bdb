//! The conformance server, called by clients from the Python Package Index.

mod e2e_server;
#[path = "e2e_support/skip.rs"]
mod skip;

use std::path::{Path, PathBuf};
use std::process::Stdio;

use tokio::process::Command;

#[tokio::test]
async fn pysignalr_is_served() {
    serve("test_pysignalr").await;
}

#[tokio::test]
async fn signalrcore_is_served() {
    serve("test_signalrcore").await;
}

/// Runs the tests of one module against a server of their own.
async fn serve(module: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("python");
    let python: PathBuf = folder.join(".venv/bin/python");
    if !python.is_file() {
        let missing = "the clients are not installed; run `python3 -m venv tests/python/.venv` and \
            `tests/python/.venv/bin/pip install -r tests/python/requirements.txt`";
        return skip::skip(module, missing);
    }
    let (_server, address) = e2e_server::start().await;
    let output = Command::new(python)
        .args(["-m", "unittest", "-v", module])
        .current_dir(folder)
        .env("CONFORMANCE_URL", address)
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output()
        .await
        .expect("Python starts");
    assert!(
        output.status.success(),
        "{module} failed\n{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
}
