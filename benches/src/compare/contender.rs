use std::path::Path;
use std::process::Command;

use super::scenario::Scenario;
use crate::load::Dialect;

/// A server that takes part.
#[derive(Debug)]
pub(super) struct Contender {
    pub(super) name: &'static str,
    pub(super) start: Start,
    pub(super) dialect: Dialect,
    pub(super) path: &'static str,
    pub(super) offer: Offer,
    /// Worker threads; with two, the server has the load generator's core too.
    pub(super) workers: usize,
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
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Offer {
    /// Two methods.
    Calls,
    /// The bench hub.
    Hub,
    /// The bench hub, groups and users.
    Rooms,
}

const NODE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/node");
const ASPNET: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/aspnet");

impl Contender {
    /// Those that can run here and are wanted, this project's first.
    pub(super) fn all(aspnet: Option<&str>, wanted: &[String]) -> Vec<Self> {
        let mut all = vec![
            Self::itself("signalr", "signalr", Dialect::Json, "/bench", Offer::Rooms),
            Self::itself(
                "signalr, MessagePack",
                "signalr",
                Dialect::MessagePack,
                "/bench",
                Offer::Hub,
            ),
            Self {
                workers: 2,
                ..Self::itself(
                    "signalr, 2 workers",
                    "signalr",
                    Dialect::Json,
                    "/bench",
                    Offer::Calls,
                )
            },
        ];
        let is_wanted =
            |name: &str| wanted.is_empty() || wanted.iter().any(|wanted| wanted == name);
        if is_wanted("ASP.NET Core") {
            match aspnet.map(str::to_owned).or_else(built_aspnet) {
                Some(command) => all.push(Self {
                    name: "ASP.NET Core",
                    start: Start::Command(command),
                    dialect: Dialect::Json,
                    path: "/bench",
                    offer: Offer::Hub,
                    workers: 1,
                }),
                None => eprintln!(
                    "ASP.NET Core is left out: set SIGNALR_ASPNET, or install the .NET SDK"
                ),
            }
        }
        all.extend([
            Self::itself("floor", "floor", Dialect::Json, "/bench", Offer::Calls),
            Self::itself("axum", "axum", Dialect::Json, "/bench", Offer::Calls),
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
        if is_wanted("Node ws") {
            if Path::new(NODE).join("node_modules/ws").exists() {
                all.push(Self {
                    start: Start::Command(format!("node {NODE}/server.mjs {{port}}")),
                    ..Self::itself("Node ws", "", Dialect::Json, "/bench", Offer::Calls)
                });
            } else {
                eprintln!("Node ws is left out: run `npm ci --prefix benches/node`");
            }
        }
        all.retain(|contender| is_wanted(contender.name));
        all
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
            workers: 1,
        }
    }

    pub(super) fn offers(&self, scenario: &Scenario) -> bool {
        let offered = match self.offer {
            Offer::Calls => scenario.needs == Offer::Calls,
            Offer::Hub => scenario.needs != Offer::Rooms,
            Offer::Rooms => true,
        };
        offered && (self.workers == 1 || scenario.scales)
    }
}

/// Builds the bench hub with the SDK, if there is one; the command that starts it.
fn built_aspnet() -> Option<String> {
    let out = std::env::temp_dir().join("signalr-benches-aspnet");
    let built = Command::new("dotnet")
        .args(["build", "-c", "Release", "--nologo", "-v", "quiet", "-o"])
        .arg(&out)
        .arg(ASPNET)
        .status();
    matches!(built, Ok(status) if status.success()).then(|| {
        format!(
            "dotnet {}/Bench.dll --urls http://127.0.0.1:{{port}}",
            out.display()
        )
    })
}
