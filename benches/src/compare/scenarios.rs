use super::contender::Offer;
use super::scenario::{Entrants, Figure, Scenario};
use crate::load::{Audience, Work};

/// All of them, in the order in which they are run and shown.
pub(super) const SCENARIOS: &[Scenario] = &[
    Scenario {
        entrants: Entrants::Yardsticks,
        times: 3,
        ..Scenario::new("echo1", "echo, 1 connection", |seconds| echo(1, 1, seconds))
    },
    Scenario {
        entrants: Entrants::Scaling,
        counts_calls: true,
        ..Scenario::new("echo100", "echo, 100 connections, 1 in flight", |seconds| {
            echo(100, 1, seconds)
        })
    },
    Scenario {
        entrants: Entrants::Scaling,
        counts_calls: true,
        ..Scenario::new(
            "echo100x10",
            "echo, 100 connections, 10 in flight",
            |seconds| echo(100, 10, seconds),
        )
    },
    Scenario {
        entrants: Entrants::Scaled,
        counts_calls: true,
        ..Scenario::new(
            "paced100",
            "echo, 100 connections, 60,000 calls a second",
            |seconds| Work::Paced {
                connections: 100,
                per_second: 60_000.0,
                seconds,
            },
        )
    },
    Scenario {
        entrants: Entrants::Yardsticks,
        ..Scenario::new(
            "echo5000",
            "echo, 5,000 connections, 1 in flight",
            |seconds| echo(5000, 1, seconds),
        )
    },
    Scenario::new(
        "fairness1000",
        "echo, 1,000 connections, at half load",
        |seconds| Work::Fairness {
            connections: 1000,
            seconds,
        },
    ),
    Scenario {
        entrants: Entrants::Scaling,
        counts_calls: true,
        ..Scenario::new(
            "broadcast1000",
            "broadcast to 1,000, per delivery",
            |seconds| broadcast(1000, 4, seconds, Audience::All),
        )
    },
    Scenario {
        once: true,
        ..Scenario::new(
            "burst400",
            "400 broadcasts at once to 1,000, per delivery",
            |_| broadcast(1000, 400, 0.0, Audience::All),
        )
    },
    Scenario {
        needs: Offer::Hub,
        counts_calls: true,
        ..Scenario::new("stream10", "stream to 10 clients, per item", |_| {
            Work::Stream {
                connections: 10,
                items: 100_000,
            }
        })
    },
    Scenario {
        needs: Offer::Hub,
        counts_calls: true,
        ..Scenario::new("upload10", "upload from 10 clients, per item", |_| {
            Work::Upload {
                connections: 10,
                items: 100_000,
            }
        })
    },
    Scenario {
        counts_calls: true,
        ..Scenario::new("connect", "connect and leave", |_| Work::Connect {
            count: 4000,
            at_once: 50,
        })
    },
    in_rooms(
        "all1000",
        "to all of 1,000 (hub with groups and users), per delivery",
        |seconds| broadcast(1000, 4, seconds, Audience::All),
    ),
    in_rooms(
        "group1000",
        "to a group of 1,000, per delivery",
        |seconds| broadcast(1000, 4, seconds, Audience::Group),
    ),
    in_rooms("user10", "to a user, 10 connections", |seconds| {
        broadcast(10, 4, seconds, Audience::User)
    }),
    in_rooms("user5000", "to a user, 5,000 connections", |seconds| {
        broadcast(5000, 4, seconds, Audience::User)
    }),
    readers(
        "slow_none",
        "1 KiB to 1,000 at a steady pace, who all read, per delivery",
        &["--send-buffer", "16384", "--slow-consumers", "wait"],
        |seconds| slow_readers(0, 2.0 * seconds),
    ),
    readers(
        "slow_drop_oldest",
        "the same, of whom 100 do not: DropOldest",
        &["--send-buffer", "16384", "--slow-consumers", "drop-oldest"],
        |seconds| slow_readers(100, 2.0 * seconds),
    ),
    readers(
        "slow_drop_newest",
        "the same, of whom 100 do not: DropNewest",
        &["--send-buffer", "16384", "--slow-consumers", "drop-newest"],
        |seconds| slow_readers(100, 2.0 * seconds),
    ),
    readers(
        "slow_keep_latest",
        "the same, of whom 100 do not: KeepLatest",
        &["--send-buffer", "16384", "--slow-consumers", "keep-latest"],
        |seconds| slow_readers(100, 2.0 * seconds),
    ),
    readers(
        "slow_disconnect",
        "the same, of whom 100 do not: Disconnect",
        &["--send-buffer", "16384", "--slow-consumers", "disconnect"],
        |seconds| slow_readers(100, 2.0 * seconds),
    ),
    Scenario {
        figure: Figure::Memory,
        fresh: Some(&[]),
        once: true,
        ..Scenario::new("idle5000", "memory per idle connection, of 5,000", |_| {
            Work::Idle { connections: 5000 }
        })
    },
    Scenario {
        figure: Figure::Memory,
        fresh: Some(&[]),
        once: true,
        entrants: Entrants::Yardsticks,
        ..Scenario::new(
            "storm15000",
            "memory per idle connection, of 15,000",
            |_| Work::Storm {
                connections: 15_000,
                rest_seconds: 15.0,
            },
        )
    },
];

/// The system keeps so little for a client that the server's own queues are soon full.
const fn readers(
    name: &'static str,
    title: &'static str,
    server: &'static [&'static str],
    work: fn(f64) -> Work,
) -> Scenario {
    Scenario {
        needs: Offer::Rooms,
        fresh: Some(server),
        times: 3,
        ..Scenario::new(name, title, work)
    }
}

const fn in_rooms(name: &'static str, title: &'static str, work: fn(f64) -> Work) -> Scenario {
    Scenario {
        needs: Offer::Rooms,
        path: Some("/rooms"),
        ..Scenario::new(name, title, work)
    }
}

fn slow_readers(slow: usize, seconds: f64) -> Work {
    Work::SlowReaders {
        connections: 1000,
        slow,
        per_second: 100.0,
        seconds,
    }
}

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
