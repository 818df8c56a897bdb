//! The load generator: a referee that speaks just enough of each protocol, checks every answer and
//! reads the server's CPU time and memory from `/proc`. It runs in a process of its own.

mod broadcast;
mod connect;
mod connection;
mod dialect;
mod echo;
mod fairness;
mod figures;
mod http;
mod idle;
mod job;
mod meter;
mod slow_readers;
mod storm;
mod stream;
mod system_calls;
mod target;
mod text;
mod upload;
mod web_socket;

use std::error::Error;

use tokio::runtime::Builder;
use tokio::task::LocalSet;

pub(crate) use broadcast::Audience;
pub(crate) use dialect::Dialect;
pub(crate) use figures::Figures;
pub(crate) use job::{Job, Work};
pub(crate) use target::Target;

use connection::Connection;
use meter::Meter;

type Failure = Box<dyn Error>;

/// Does a job in this process, which then is the load generator.
pub(crate) fn run(job: &Job) -> Result<Figures, Failure> {
    crate::process::allow_many_files()?;
    let runtime = Builder::new_current_thread().enable_all().build()?;
    LocalSet::new().block_on(&runtime, work(&job.target, &job.work))
}

async fn work(target: &Target, work: &Work) -> Result<Figures, Failure> {
    match *work {
        Work::Echo {
            connections,
            in_flight,
            seconds,
        } => echo::run(target, connections, in_flight, seconds).await,
        Work::Broadcast {
            connections,
            window,
            seconds,
            audience,
        } => broadcast::run(target, connections, window, seconds, audience).await,
        Work::Stream { connections, items } => stream::run(target, connections, items).await,
        Work::Upload { connections, items } => upload::run(target, connections, items).await,
        Work::Connect { count, at_once } => connect::run(target, count, at_once).await,
        Work::Idle { connections } => idle::run(target, connections).await,
        Work::Fairness {
            connections,
            seconds,
        } => fairness::run(target, connections, seconds).await,
        Work::Paced {
            connections,
            per_second,
            seconds,
        } => fairness::paced(target, connections, per_second, seconds).await,
        Work::SlowReaders {
            connections,
            slow,
            per_second,
            seconds,
        } => slow_readers::run(target, connections, slow, per_second, seconds).await,
        Work::Storm {
            connections,
            rest_seconds,
        } => storm::run(target, connections, rest_seconds).await,
    }
}
