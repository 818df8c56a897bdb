use super::contender::Offer;
use crate::load::{Audience, Figures, Work};

/// One kind of work.
#[derive(Debug)]
pub(super) struct Scenario {
    pub(super) name: &'static str,
    pub(super) title: &'static str,
    pub(super) work: fn(f64) -> Work,
    pub(super) figure: Figure,
    pub(super) needs: Offer,
    /// Another path than the contender's.
    pub(super) path: Option<&'static str>,
    /// Whether it needs a server that has served nobody.
    pub(super) fresh: bool,
    /// Whether two workers are of interest.
    pub(super) scales: bool,
    /// At most so much, as a share of ASP.NET Core's and of the floor's.
    pub(super) aims: [Option<f64>; 2],
}

/// What is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Figure {
    /// CPU time for one message.
    Cpu,
    /// Memory for one connection.
    Memory,
}

impl Figure {
    pub(super) fn of(self, figures: &Figures) -> Option<f64> {
        match self {
            Self::Cpu => figures.cpu_us,
            Self::Memory => figures.kb_per_connection,
        }
    }

    pub(super) fn unit(self) -> &'static str {
        match self {
            Self::Cpu => "us",
            Self::Memory => "KiB",
        }
    }
}

impl Scenario {
    pub(super) fn describe(&self, figures: &Figures) -> String {
        let value = self.figure.of(figures).unwrap_or(f64::NAN);
        let mut text = format!("{value:8.2} {}", self.figure.unit());
        if let (Some(p50), Some(p99)) = (figures.p50_us, figures.p99_us) {
            text += &format!(", p50 {p50:.0} us, p99 {p99:.0} us");
        }
        text + &format!(", {:.0}/s", figures.per_second)
    }

    const fn new(
        name: &'static str,
        title: &'static str,
        work: fn(f64) -> Work,
        needs: Offer,
        aims: [Option<f64>; 2],
    ) -> Self {
        Self {
            name,
            title,
            work,
            figure: Figure::Cpu,
            needs,
            path: None,
            fresh: false,
            scales: false,
            aims,
        }
    }

    const fn scales(self) -> Self {
        Self {
            scales: true,
            ..self
        }
    }

    const fn in_rooms(self) -> Self {
        Self {
            path: Some("/rooms"),
            ..self
        }
    }
}

const NO_AIMS: [Option<f64>; 2] = [None, None];

pub(super) const SCENARIOS: &[Scenario] = &[
    Scenario::new(
        "echo1",
        "echo, 1 connection",
        |seconds| echo(1, 1, seconds),
        Offer::Calls,
        NO_AIMS,
    ),
    Scenario::new(
        "echo100",
        "echo, 100 connections, 1 in flight",
        |seconds| echo(100, 1, seconds),
        Offer::Calls,
        [Some(0.45), Some(1.25)],
    )
    .scales(),
    Scenario::new(
        "echo100x10",
        "echo, 100 connections, 10 in flight",
        |seconds| echo(100, 10, seconds),
        Offer::Calls,
        [Some(0.40), Some(1.65)],
    )
    .scales(),
    Scenario::new(
        "broadcast1000",
        "broadcast to 1,000, per delivery",
        |seconds| broadcast(1000, 4, seconds, Audience::All),
        Offer::Calls,
        [Some(0.60), Some(1.05)],
    )
    .scales(),
    Scenario::new(
        "burst400",
        "400 broadcasts at once to 1,000, per delivery",
        |_| broadcast(1000, 400, 0.0, Audience::All),
        Offer::Calls,
        NO_AIMS,
    ),
    Scenario::new(
        "stream10",
        "stream to 10 clients, per item",
        |_| Work::Stream {
            connections: 10,
            items: 100_000,
        },
        Offer::Hub,
        [Some(0.55), None],
    ),
    Scenario::new(
        "upload10",
        "upload from 10 clients, per item",
        |_| Work::Upload {
            connections: 10,
            items: 100_000,
        },
        Offer::Hub,
        [Some(0.45), None],
    ),
    Scenario::new(
        "connect",
        "connect and leave",
        |_| Work::Connect {
            count: 4000,
            at_once: 50,
        },
        Offer::Calls,
        [Some(0.40), None],
    ),
    Scenario {
        figure: Figure::Memory,
        fresh: true,
        ..Scenario::new(
            "idle5000",
            "memory per idle connection, of 5,000",
            |_| Work::Idle { connections: 5000 },
            Offer::Calls,
            NO_AIMS,
        )
    },
    Scenario::new(
        "fairness1000",
        "echo, 1,000 connections, at half load",
        |seconds| Work::Fairness {
            connections: 1000,
            seconds,
        },
        Offer::Calls,
        NO_AIMS,
    ),
    Scenario::new(
        "all1000",
        "to all of 1,000 (hub with groups and users), per delivery",
        |seconds| broadcast(1000, 4, seconds, Audience::All),
        Offer::Rooms,
        NO_AIMS,
    )
    .in_rooms(),
    Scenario::new(
        "group1000",
        "to a group of 1,000, per delivery",
        |seconds| broadcast(1000, 4, seconds, Audience::Group),
        Offer::Rooms,
        NO_AIMS,
    )
    .in_rooms(),
    Scenario::new(
        "user10",
        "to a user, 10 connections",
        |seconds| broadcast(10, 4, seconds, Audience::User),
        Offer::Rooms,
        NO_AIMS,
    )
    .in_rooms(),
    Scenario::new(
        "user5000",
        "to a user, 5,000 connections",
        |seconds| broadcast(5000, 4, seconds, Audience::User),
        Offer::Rooms,
        NO_AIMS,
    )
    .in_rooms(),
];

fn echo(connections: usize, in_flight: usize, seconds: f64) -> Work {
    Work::Echo {
        connections,
        in_flight,
        seconds,
    }
}

fn broadcast(connections: usize, window: u64, seconds: f64, audience: Audience) -> Work {
    Work::Broadcast {
        connections,
        window,
        seconds,
        audience,
    }
}
