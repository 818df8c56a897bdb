use std::error::Error;
use std::fmt;

use super::lifetime::ScaleOutError;
use super::services::ServiceError;

/// Why a server could not be built: everything that is wrong, not just the first fault.
#[derive(Debug)]
pub struct BuildError {
    faults: Vec<Fault>,
}

#[derive(Debug)]
pub(super) enum Fault {
    Service {
        method: &'static str,
        parameter: &'static str,
        error: ServiceError,
    },
    Server(&'static str),
    Option {
        hub: &'static str,
        rule: &'static str,
    },
    Hub {
        hub: &'static str,
        error: ServiceError,
    },
    ScaleOut {
        hub: &'static str,
        error: ScaleOutError,
    },
    Policy {
        hub: &'static str,
        place: &'static str,
        policy: &'static str,
    },
    Twice {
        hub: &'static str,
    },
}

impl BuildError {
    pub(super) fn new(faults: Vec<Fault>) -> Self {
        Self { faults }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Service {
                method,
                parameter,
                error,
            } => write!(
                f,
                "parameter `{parameter}` of `{method}`: {error} Add it to the `Services`, or mark the parameter `#[arg]` if clients send it."
            ),
            Self::Server(rule) => f.write_str(rule),
            Self::Option { hub, rule } => write!(f, "options of `{hub}`: {rule}"),
            Self::Hub { hub, error } => write!(f, "`{hub}` could not be made: {error}"),
            Self::ScaleOut { hub, error } => {
                write!(f, "`{hub}` cannot be served with other servers: {error}")
            }
            Self::Policy { hub, place, policy } => write!(
                f,
                "`{place}` of `{hub}` names the policy `{policy}`, which does not exist; add it with `.policy(\"{policy}\", ..)`"
            ),
            Self::Twice { hub } => write!(f, "`{hub}` was added twice; call `hub` once for it"),
        }
    }
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the SignalR server could not be built")?;
        for fault in &self.faults {
            write!(f, "\n  - {fault}")?;
        }
        Ok(())
    }
}

impl Error for BuildError {}
