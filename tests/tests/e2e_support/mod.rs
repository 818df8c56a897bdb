//! Runs the Node tests of `tests/e2e`, or says why it cannot.

mod skip;
mod tools;

use std::path::{Path, PathBuf};
use std::process::Stdio;

use skip::skip;
use tokio::process::Command;
use tools::Tools;

/// The folder with the Node tests, as seen from this package and from its neighbours.
pub(crate) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/e2e")
}

/// Which programs a suite needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(dead_code)] // Not every suite has both kinds.
pub(crate) enum Needs {
    /// Node and the packages.
    Node,
    /// These, and Chromium.
    Browser,
}

/// The tools for a suite; without them `None` and a line that says so, or a failure where CI asks for one.
pub(crate) fn tools(suite: &str, needs: Needs) -> Option<Tools> {
    let missing = match Tools::find(needs) {
        Ok(tools) => return Some(tools),
        Err(missing) => missing,
    };
    skip(suite, missing);
    None
}

/// Runs the test files of one folder against these servers.
pub(crate) async fn run(tools: Tools, suite: &str, servers: &[(&str, String)]) {
    let output = Command::new(&tools.node)
        .args(["--test", "--test-timeout=300000", "--test-reporter=spec"])
        .args(test_files(&folder().join(suite)))
        .current_dir(folder())
        .env("CHROMIUM", tools.chromium.unwrap_or_default())
        .envs(servers.iter().map(|(name, address)| (name, address)))
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output()
        .await
        .expect("Node starts");
    assert!(
        output.status.success(),
        "the Node tests in {suite} failed\n{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
}

fn test_files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("the suite has a folder")
        .map(|entry| entry.expect("a readable entry").path())
        .filter(|path| path.to_string_lossy().ends_with(".test.mjs"))
        .collect();
    files.sort();
    assert!(!files.is_empty(), "no tests in {}", folder.display());
    files
}
