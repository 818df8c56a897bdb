//! All scenarios against all servers, interleaved over rounds.

mod contender;
mod document;
mod others;
mod plot;
mod results;
mod scenario;
mod server;
mod table;

use std::error::Error;
use std::fs;
use std::path::PathBuf;

use clap::Args;

use contender::Contender;
use others::Others;
use results::Results;
use scenario::{SCENARIOS, Scenario};
use server::Server;

pub(crate) use server::{Cores, load};

use crate::load::{Figures, Work};

/// Loads of different kinds, so that a server that compiles as it runs has done so.
const WARM_UP: [(&str, Work); 3] = [
    (
        "echo",
        Work::Echo {
            connections: 50,
            in_flight: 2,
            seconds: 4.0,
        },
    ),
    (
        "broadcast",
        Work::Broadcast {
            connections: 200,
            window: 4,
            seconds: 1.5,
            audience: crate::load::Audience::All,
        },
    ),
    (
        "stream",
        Work::Stream {
            connections: 4,
            items: 50_000,
        },
    ),
];

#[derive(Args)]
pub(crate) struct Options {
    /// How often everything is measured; the medians count.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// How long each measurement takes.
    #[arg(long, default_value_t = 2.0)]
    seconds: f64,
    /// Only these scenarios.
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
    /// Only these servers.
    #[arg(long, value_delimiter = ',')]
    servers: Vec<String>,
    /// The first of the ports to use.
    #[arg(long, default_value_t = 6800)]
    port: u16,
    /// Starts ASP.NET Core with a bench hub at `/bench` on `{port}`; without it a `dotnet` that is
    /// installed builds and runs `benches/aspnet`.
    #[arg(long, env = "SIGNALR_ASPNET")]
    aspnet: Option<String>,
    #[command(flatten)]
    cores: Cores,
    /// Writes the tables into `performance.md` of this folder and the plot beside it.
    #[arg(long)]
    docs: Option<PathBuf>,
    /// Writes every single figure into this file.
    #[arg(long)]
    json: Option<PathBuf>,
}

pub(crate) fn run(options: &Options) -> Result<(), Box<dyn Error>> {
    let contenders = Contender::all(options.aspnet.as_deref(), &options.servers);
    let scenarios: Vec<_> = SCENARIOS
        .iter()
        .filter(|scenario| {
            options.only.is_empty() || options.only.iter().any(|only| only == scenario.name)
        })
        .collect();
    let mut servers = Vec::new();
    for (contender, port) in contenders.iter().zip(options.port..) {
        eprintln!("starting and warming up {}", contender.name);
        let server = Server::start(contender, port, &options.cores)?;
        warm_up(&server, &options.cores)?;
        servers.push(server);
    }
    let others = Others::watch()?;
    let mut results = Results::default();
    for round in 1..=options.rounds {
        for scenario in &scenarios {
            for server in &servers {
                if server.contender.offers(scenario) {
                    let figures = measure(scenario, server, options)?;
                    eprintln!(
                        "{round}/{} {:14} {:22} {}",
                        options.rounds,
                        scenario.name,
                        server.contender.name,
                        scenario.describe(&figures)
                    );
                    results.add(scenario, server.contender, figures);
                }
            }
        }
    }
    let share = others.share(servers.iter().map(|server| server.process))?;
    let told = table::tell(&results, &scenarios, &contenders, options, share);
    println!("{told}");
    if let Some(file) = &options.json {
        fs::write(file, serde_json::to_string_pretty(&results.all())?)?;
    }
    if let Some(folder) = &options.docs {
        document::replace(&folder.join("performance.md"), &told)?;
        fs::write(
            folder.join("performance.svg"),
            plot::draw(&results, &contenders),
        )?;
    }
    Ok(())
}

fn warm_up(server: &Server<'_>, cores: &Cores) -> Result<(), Box<dyn Error>> {
    for (name, work) in WARM_UP {
        let scenario = SCENARIOS
            .iter()
            .find(|scenario| scenario.name.starts_with(name));
        if scenario.is_some_and(|scenario| server.contender.offers(scenario)) {
            load(server.target(None), work, cores)?;
        }
    }
    Ok(())
}

fn measure(
    scenario: &Scenario,
    server: &Server<'_>,
    options: &Options,
) -> Result<Figures, Box<dyn Error>> {
    let work = (scenario.work)(options.seconds);
    let measured = if scenario.fresh {
        // Memory that was used before would be used again, and not be seen.
        let port = options.port + 90;
        let server = Server::start(server.contender, port, &options.cores)?;
        load(server.target(scenario.path), work, &options.cores)
    } else {
        load(server.target(scenario.path), work, &options.cores)
    };
    measured.map_err(|error| {
        format!(
            "{} failed at {}: {error}",
            server.contender.name, scenario.title
        )
        .into()
    })
}
