//! Measures this server beside others: see `docs/performance.md`.

mod backplane;
mod compare;
mod load;
mod peers;
mod process;
mod redis_server;
mod soak;

use std::error::Error;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(about, version, args_conflicts_with_subcommands = true)]
struct CommandLine {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    compare: compare::Options,
}

#[derive(Subcommand)]
enum Command {
    /// Is one of the servers.
    Serve(peers::Options),
    /// Times one of the pieces of work.
    #[command(hide = true)]
    Time { work: String },
    /// Measures what joining servers over Redis costs, beside Redis by itself.
    Backplane(backplane::Options),
    /// Lets clients come and go on several servers whose Redis is restarted, and checks every message.
    Soak(soak::Options),
    /// Is the load generator: does one job, given as JSON, and prints its figures as JSON.
    #[command(hide = true)]
    Load { job: String },
}

fn main() -> Result<(), Box<dyn Error>> {
    let line = CommandLine::parse();
    match line.command {
        None => compare::run(&line.compare),
        Some(Command::Serve(options)) => peers::serve(&options),
        Some(Command::Time { work }) => compare::print_time(&work),
        Some(Command::Backplane(options)) => backplane::run(&options),
        Some(Command::Soak(options)) => soak::run(&options),
        Some(Command::Load { job }) => {
            let figures = load::run(&serde_json::from_str(&job)?)?;
            println!("{}", serde_json::to_string(&figures)?);
            Ok(())
        }
    }
}
