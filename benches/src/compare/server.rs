use std::env::current_exe;
use std::error::Error;
use std::net::{Ipv4Addr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use clap::Args;

use super::Options;
use super::contender::{Contender, Offer, Start, Threads};
use super::scenario::Scenario;
use super::scenarios::SCENARIOS;
use crate::load::{Audience, Figures, Job, Target, Work};
use crate::process::pin;

/// Behind the ports of those that serve all the time.
const FRESH: u16 = 15;
const START: Duration = Duration::from_secs(60);

/// Loads of different kinds, like these scenarios, so that a server that compiles as it runs has
/// done so.
const WARM_UP: [(&str, Work); 4] = [
    (
        "echo100",
        Work::Echo {
            connections: 50,
            in_flight: 2,
            seconds: 3.0,
        },
    ),
    (
        "broadcast1000",
        Work::Broadcast {
            connections: 200,
            window: 4,
            seconds: 1.0,
            audience: Audience::All,
        },
    ),
    (
        "stream10",
        Work::Stream {
            connections: 4,
            items: 50_000,
        },
    ),
    (
        "upload10",
        Work::Upload {
            connections: 4,
            items: 50_000,
        },
    ),
];

/// Who runs where.
#[derive(Debug, Clone, Args)]
pub(crate) struct Cores {
    /// The core of the server.
    #[arg(long, default_value_t = 0)]
    server_core: usize,
    /// The core of the load generator.
    #[arg(long, default_value_t = 1)]
    load_core: usize,
}

impl Cores {
    pub(super) fn server(&self) -> usize {
        self.server_core
    }
}

/// A contender's running process.
pub(super) struct Server<'a> {
    pub(super) contender: &'a Contender,
    pub(super) process: u32,
    port: u16,
    child: Child,
}

impl<'a> Server<'a> {
    /// With options of its own, if it is one of this program's peers.
    pub(super) fn start(
        contender: &'a Contender,
        port: u16,
        options: &[&str],
        cores: &Cores,
    ) -> Result<Self, Box<dyn Error>> {
        let mut command = command(contender, port)?;
        command.args(options);
        if contender.has_two_threads() {
            pin(&[cores.server_core, cores.load_core])?;
        } else {
            pin(&[cores.server_core])?;
        }
        let child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            // One process on one core: the collector of servers is for many.
            .env("DOTNET_gcServer", "0")
            .spawn()
            .map_err(|error| format!("{} did not start: {error}", contender.name))?;
        let server = Self {
            contender,
            process: child.id(),
            port,
            child,
        };
        server.wait()?;
        Ok(server)
    }

    fn wait(&self) -> Result<(), Box<dyn Error>> {
        let began = Instant::now();
        while TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).is_err() {
            if began.elapsed() > START {
                return Err(format!("{} does not listen", self.contender.name).into());
            }
            sleep(Duration::from_millis(20));
        }
        Ok(())
    }

    pub(super) fn target(&self, path: Option<&str>) -> Target {
        Target {
            port: self.port,
            path: path.unwrap_or(self.contender.path).to_owned(),
            dialect: self.contender.dialect,
            negotiates: self.contender.offer != Offer::Calls,
            process: self.process,
            system_calls: false,
        }
    }

    pub(super) fn warm_up(&self, cores: &Cores) -> Result<(), Box<dyn Error>> {
        for (name, work) in WARM_UP {
            let scenario = SCENARIOS.iter().find(|scenario| scenario.name == name);
            if scenario.is_some_and(|scenario| self.contender.offers(scenario)) {
                load(self.target(None), work, cores)?;
            }
        }
        Ok(())
    }
}

impl Drop for Server<'_> {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn command(contender: &Contender, port: u16) -> Result<Command, Box<dyn Error>> {
    match &contender.start {
        Start::Itself(peer) => {
            let mut command = Command::new(current_exe()?);
            command.args(["serve", peer, "--port", &port.to_string()]);
            match contender.threads {
                Threads::One => {}
                Threads::TwoWorkers => {
                    command.args(["--workers", "2"]);
                }
                Threads::TwoRuntimes => {
                    command.args(["--runtimes", "2"]);
                }
            }
            Ok(command)
        }
        Start::Command(line) => {
            let line = line.replace("{port}", &port.to_string());
            let mut words = line.split_whitespace();
            let mut command = Command::new(words.next().ok_or("an empty command")?);
            command.args(words);
            Ok(command)
        }
    }
}

/// Measures once.
pub(super) fn measure(
    scenario: &Scenario,
    server: &Server<'_>,
    options: &Options,
) -> Result<Figures, Box<dyn Error>> {
    let work = (scenario.work)(options.seconds);
    if let Some(started) = scenario.fresh {
        // Memory that was used before would be used again, and not be seen.
        let port = options.port + FRESH;
        let server = Server::start(server.contender, port, started, &options.cores)?;
        load(server.target(scenario.path), work, &options.cores)
    } else {
        load(server.target(scenario.path), work, &options.cores)
    }
}

/// Has a load generator do it, on its own core.
pub(crate) fn load(target: Target, work: Work, cores: &Cores) -> Result<Figures, Box<dyn Error>> {
    pin(&[cores.load_core])?;
    let job = serde_json::to_string(&Job { target, work })?;
    let output = Command::new(current_exe()?)
        .args(["load", &job])
        .stdin(Stdio::null())
        .stderr(Stdio::piped())
        .output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}
