//! The two scripts of the official client, which are not ours to ship.

use std::path::{Path, PathBuf};

use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;

/// The release that the page was written for, and whose checksums it knows.
const VERSION: &str = "10.0.11";

/// One script: the npm package it is in and its path there.
#[derive(Clone, Copy, Debug)]
struct Script {
    route: &'static str,
    package: &'static str,
    file: &'static str,
}

const SCRIPTS: [Script; 2] = [
    Script {
        route: "/scripts/signalr.min.js",
        package: "@microsoft/signalr",
        file: "dist/browser/signalr.min.js",
    },
    Script {
        route: "/scripts/signalr-protocol-msgpack.min.js",
        package: "@microsoft/signalr-protocol-msgpack",
        file: "dist/browser/signalr-protocol-msgpack.min.js",
    },
];

/// Where the workspace has its `node_modules`.
#[must_use]
pub fn node_modules() -> Vec<PathBuf> {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let here = Path::new(".").to_path_buf();
    [workspace.join("tests/e2e"), workspace, here]
        .map(|folder| folder.join("node_modules"))
        .into()
}

/// The routes of both scripts, `/scripts/..`, answered from these folders or else by pointing at a public copy.
pub fn routes(node_modules: &[PathBuf]) -> Router {
    SCRIPTS.iter().fold(Router::new(), |routes, script| {
        let folders = node_modules.to_vec();
        routes.route(script.route, get(move || script.answer(folders.clone())))
    })
}

impl Script {
    async fn answer(self, node_modules: Vec<PathBuf>) -> Response {
        for folder in node_modules {
            if let Some(script) = self.read(&folder.join(self.package)).await {
                return ([(CONTENT_TYPE, "text/javascript; charset=utf-8")], script)
                    .into_response();
            }
        }
        Redirect::temporary(&self.public_copy()).into_response()
    }

    /// The script from an installed package, if that is the right release.
    async fn read(self, package: &Path) -> Option<Vec<u8>> {
        let manifest = tokio::fs::read(package.join("package.json")).await.ok()?;
        let manifest: serde_json::Value = serde_json::from_slice(&manifest).ok()?;
        if manifest["version"] != VERSION {
            return None;
        }
        tokio::fs::read(package.join(self.file)).await.ok()
    }

    fn public_copy(self) -> String {
        format!(
            "https://cdn.jsdelivr.net/npm/{}@{VERSION}/{}",
            self.package, self.file
        )
    }
}
