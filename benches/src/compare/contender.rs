use std::path::Path;
use std::process::Command;

use super::scenario::Scenario;
use crate::load::Dialect;

/// This project's server, with its variants.
pub(super) const OURS: &str = "signalr";
pub(super) const MESSAGE_PACK: &str = "signalr with MessagePack";
pub(super) const TWO_WORKERS: &str = "signalr with 2 workers";
pub(super) const TWO_RUNTIMES: &str = "signalr on 2 runtimes";
/// The server whose clients and servers this project talks to.
pub(super) const REFERENCE: &str = "ASP.NET Core";
/// What the system calls cost.
pub(super) const FLOOR: &str = "floor";
const FLOOR_TWO_WORKERS: &str = "floor with 2 workers";
const FLOOR_TWO_RUNTIMES: &str = "floor on 2 runtimes";
const NODE: &str = "Node ws";

/// A server that takes part.
#[derive(Debug)]
pub(super) struct Contender {
    pub(super) name: &'static str,
    pub(super) start: Start,
    pub(super) dialect: Dialect,
    pub(super) path: &'static str,
    pub(super) offer: Offer,
    pub(super) threads: Threads,
}

/// On which threads it runs; with two, the server has the load generator's core too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Threads {
    One,
    /// One runtime that hands tasks from one thread to the other.
    TwoWorkers,
    /// A runtime for each, with the connections that it has accepted.
    TwoRuntimes,
}

/// How it is started.
#[derive(Debug)]
pub(super) enum Start {
    /// This program as one of its peers.
    Itself(&'static str),
    /// A command with `{port}` in it.
    Command(String),
}

/// What of the work it can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Offer {
    /// Two methods.
    Calls,
    /// The bench hub.
    Hub,
    /// The bench hub, groups and users.
    Rooms,
}

const NODE_FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/node");
const REFERENCE_FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/aspnet");

impl Contender {
    /// Those that can run here and are wanted, this project's first.
    pub(super) fn all(aspnet: Option<&str>, wanted: &[String]) -> Vec<Self> {
        let mut all = vec![
            Self::itself(OURS, "signalr", Dialect::Json, "/bench", Offer::Rooms),
            Self::itself(
                MESSAGE_PACK,
                "signalr",
                Dialect::MessagePack,
                "/bench",
                Offer::Hub,
            ),
            Self {
                threads: Threads::TwoWorkers,
                ..Self::calls(TWO_WORKERS, "signalr")
            },
            Self {
                threads: Threads::TwoRuntimes,
                ..Self::calls(TWO_RUNTIMES, "signalr")
            },
        ];
        let is_wanted =
            |name: &str| wanted.is_empty() || wanted.iter().any(|wanted| wanted == name);
        if is_wanted(REFERENCE) {
            match aspnet.map(str::to_owned).or_else(built_aspnet) {
                Some(command) => all.push(Self {
                    name: REFERENCE,
                    start: Start::Command(command),
                    dialect: Dialect::Json,
                    path: "/bench",
                    offer: Offer::Hub,
                    threads: Threads::One,
                }),
                None => {
                    eprintln!("SKIPPED {REFERENCE}: set SIGNALR_ASPNET, or install the .NET SDK")
                }
            }
        }
        all.extend([
            Self::calls(FLOOR, "floor"),
            Self {
                threads: Threads::TwoWorkers,
                ..Self::calls(FLOOR_TWO_WORKERS, "floor")
            },
            Self {
                threads: Threads::TwoRuntimes,
                ..Self::calls(FLOOR_TWO_RUNTIMES, "floor")
            },
            Self::calls("axum", "axum"),
            Self::itself(
                "socketioxide",
                "socketioxide",
                Dialect::SocketIo,
                "/socket.io/",
                Offer::Calls,
            ),
            Self::itself(
                "jsonrpsee",
                "jsonrpsee",
                Dialect::JsonRpc,
                "/",
                Offer::Calls,
            ),
        ]);
        if is_wanted(NODE) {
            if Path::new(NODE_FOLDER).join("node_modules/ws").exists() {
                all.push(Self {
                    start: Start::Command(format!("node {NODE_FOLDER}/server.mjs {{port}}")),
                    ..Self::calls(NODE, "")
                });
            } else {
                eprintln!("SKIPPED {NODE}: run `npm ci --prefix benches/node`");
            }
        }
        all.retain(|contender| is_wanted(contender.name));
        all
    }

    /// Does the two methods of the hub protocol in JSON.
    fn calls(name: &'static str, peer: &'static str) -> Self {
        Self::itself(name, peer, Dialect::Json, "/bench", Offer::Calls)
    }

    fn itself(
        name: &'static str,
        peer: &'static str,
        dialect: Dialect,
        path: &'static str,
        offer: Offer,
    ) -> Self {
        Self {
            name,
            start: Start::Itself(peer),
            dialect,
            path,
            offer,
            threads: Threads::One,
        }
    }

    /// Whether it is one of those that show what a second thread costs.
    pub(super) fn has_two_threads(&self) -> bool {
        self.threads != Threads::One
    }

    pub(super) fn offers(&self, scenario: &Scenario) -> bool {
        let offered = match self.offer {
            Offer::Calls => scenario.needs == Offer::Calls,
            Offer::Hub => scenario.needs != Offer::Rooms,
            Offer::Rooms => true,
        };
        offered && scenario.entrants.admit(self)
    }
}

/// Builds the bench hub with the SDK, if there is one; the command that starts it.
fn built_aspnet() -> Option<String> {
    let out = std::env::temp_dir().join("signalr-benches-aspnet");
    let built = Command::new("dotnet")
        .args(["build", "-c", "Release", "--nologo", "-v", "quiet", "-o"])
        .arg(&out)
        .arg(REFERENCE_FOLDER)
        .status();
    matches!(built, Ok(status) if status.success()).then(|| {
        format!(
            "dotnet {}/Bench.dll --urls http://127.0.0.1:{{port}}",
            out.display()
        )
    })
}
