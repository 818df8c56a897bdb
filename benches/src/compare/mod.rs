//! All scenarios against all servers, interleaved over rounds.

mod contender;
mod document;
mod others;
mod plot;
mod results;
mod scenario;
mod scenarios;
mod server;
mod table;
mod targets;
mod work;

use std::error::Error;
use std::fs;
use std::iter::repeat_n;
use std::path::PathBuf;

use clap::Args;

use contender::{Contender, OURS};
use others::Others;
use results::{Failed, Results};
use scenario::Scenario;
use scenarios::SCENARIOS;
use server::{Cores, Server};

pub(crate) use work::print_time;

/// How much of a measurement's time is spent counting system calls.
const COUNTING: f64 = 0.3;

#[derive(Args)]
pub(crate) struct Options {
    /// How often everything is measured; the medians count.
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// How long each measurement takes.
    #[arg(long, default_value_t = 1.0)]
    seconds: f64,
    /// Only these scenarios, or `work` for the pieces of work in this process.
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

impl Options {
    fn wants(&self, name: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|only| only == name)
    }
}

pub(crate) fn run(options: &Options) -> Result<(), Box<dyn Error>> {
    let contenders = Contender::all(options.aspnet.as_deref(), &options.servers);
    let scenarios: Vec<&Scenario> = SCENARIOS
        .iter()
        .filter(|scenario| options.wants(scenario.name))
        .collect();
    let servers = start(&contenders, &scenarios, options)?;
    let others = Others::watch()?;
    let mut results = Results::default();
    for round in 1..=options.rounds {
        for scenario in scenarios.iter().flat_map(|one| repeat_n(one, one.times)) {
            for server in &servers {
                let name = server.contender.name;
                if !server.contender.offers(scenario)
                    || (round > 1 && scenario.once)
                    || results.has_failed(scenario.name, name)
                {
                    continue;
                }
                match server::measure(scenario, server, options) {
                    Ok(figures) => {
                        tell(
                            &format!("{round}/{}", options.rounds),
                            scenario,
                            server,
                            &figures,
                        );
                        results.add(scenario.name, name, figures);
                    }
                    Err(error) => {
                        let error = error.to_string();
                        eprintln!("{name} FAILED at {}: {error}", scenario.title);
                        let scenario = scenario.name;
                        results.fail(Failed {
                            scenario,
                            server: name,
                            error,
                        });
                    }
                }
            }
        }
    }
    count_system_calls(&scenarios, &servers, options, &mut results)?;
    if options.wants("work") {
        work::time(&options.cores, &mut results)?;
    }
    let share = others.share(servers.iter().map(|server| server.process))?;
    let told = table::tell(&results, &scenarios, &contenders, options, share);
    println!("{told}");
    if let Some(file) = &options.json {
        fs::write(file, serde_json::to_string_pretty(results.all())?)?;
    }
    let ours = |failed: &&Failed| failed.server.starts_with(OURS);
    if let Some(failed) = results.failures().iter().find(ours) {
        return Err(format!("{} failed: {}", failed.scenario, failed.error).into());
    }
    if let Some(folder) = &options.docs {
        document::replace(&folder.join("performance.md"), &told)?;
        let plot = plot::draw(&results, &contenders);
        fs::write(folder.join("performance.svg"), plot)?;
    }
    Ok(())
}

/// Those that take part in anything, warmed up.
fn start<'a>(
    contenders: &'a [Contender],
    scenarios: &[&Scenario],
    options: &Options,
) -> Result<Vec<Server<'a>>, Box<dyn Error>> {
    let mut servers = Vec::new();
    for (contender, port) in contenders.iter().zip(options.port..) {
        if scenarios.iter().any(|scenario| contender.offers(scenario)) {
            eprintln!("starting and warming up {}", contender.name);
            let server = Server::start(contender, port, &[], &options.cores)?;
            server.warm_up(&options.cores)?;
            servers.push(server);
        }
    }
    Ok(servers)
}

/// One more round, apart from the others because counting takes time.
fn count_system_calls(
    scenarios: &[&Scenario],
    servers: &[Server<'_>],
    options: &Options,
    results: &mut Results,
) -> Result<(), Box<dyn Error>> {
    for scenario in scenarios.iter().filter(|scenario| scenario.counts_calls) {
        for server in servers {
            if server.contender.offers(scenario)
                && !results.has_failed(scenario.name, server.contender.name)
            {
                let mut target = server.target(scenario.path);
                target.system_calls = true;
                let work = (scenario.work)(options.seconds * COUNTING);
                match server::load(target, work, &options.cores) {
                    Ok(figures) => {
                        tell("calls", scenario, server, &figures);
                        results.add_system_calls(scenario.name, server.contender.name, &figures);
                    }
                    Err(error) => {
                        eprintln!("SKIPPED system calls: {error}");
                        return Ok(());
                    }
                }
            }
        }
    }
    Ok(())
}

fn tell(round: &str, scenario: &Scenario, server: &Server<'_>, figures: &crate::load::Figures) {
    eprintln!(
        "{round} {:14} {:22} {}",
        scenario.name,
        server.contender.name,
        scenario.describe(figures)
    );
}
