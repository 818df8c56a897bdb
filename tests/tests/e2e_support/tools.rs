//! The programs that the Node tests need.

use std::path::{Path, PathBuf};

use super::{Needs, folder};

const BROWSERS: [&str; 4] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
];

/// Where they are.
#[derive(Debug)]
pub(crate) struct Tools {
    pub(crate) node: PathBuf,
    pub(crate) chromium: Option<PathBuf>,
}

impl Tools {
    /// Looks for what is needed; the error says what is missing and how to get it.
    pub(crate) fn find(needs: Needs) -> Result<Self, &'static str> {
        let node = program("node").ok_or("Node.js is not installed")?;
        if !folder().join("node_modules/@microsoft/signalr").is_dir() {
            return Err("the official client is not installed; run `npm ci` in tests/e2e");
        }
        let chromium = named_browser().or_else(|| BROWSERS.into_iter().find_map(program));
        if needs == Needs::Browser && chromium.is_none() {
            return Err("Chromium is not installed; install it, or set CHROMIUM to its path");
        }
        Ok(Self { node, chromium })
    }
}

fn named_browser() -> Option<PathBuf> {
    std::env::var_os("CHROMIUM")
        .map(PathBuf::from)
        .filter(|path| path.is_file())
}

fn program(name: &str) -> Option<PathBuf> {
    let found = |folder: PathBuf| Some(folder.join(name)).filter(|path| Path::is_file(path));
    std::env::split_paths(&std::env::var_os("PATH")?).find_map(found)
}
