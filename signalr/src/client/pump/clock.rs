use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep_until};

/// Knows when a ping is due, and when the server has been silent for too long. One timer, which is
/// set again only when it has fired, not with every message.
pub(super) struct Clock {
    timer: Pin<Box<Sleep>>,
    keep_alive_interval: Duration,
    server_timeout: Duration,
    /// The transport needs pings.
    pings: bool,
    sent: Instant,
    heard: Instant,
    hold: Hold,
    /// When arrived messages are to be acknowledged.
    acknowledge: Option<Instant>,
}

/// Whether messages of the server are left unread.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Hold {
    No,
    /// Somebody does not read: the server's silence means nothing.
    Waiting,
    /// Somebody does not read, and somebody else waits for what is behind it.
    Blocking(Instant),
}

/// What the clock found.
pub(super) enum Due {
    Ping,
    Acknowledgement,
    /// Nothing came from the server for so long.
    Silence(Duration),
    /// Somebody has been held up for the same time.
    Standstill,
}

impl Clock {
    pub(super) fn new(
        keep_alive_interval: Duration,
        server_timeout: Duration,
        pings: bool,
    ) -> Self {
        let now = Instant::now();
        Self {
            timer: Box::pin(sleep_until(now)),
            keep_alive_interval,
            server_timeout,
            pings,
            sent: now,
            heard: now,
            hold: Hold::No,
            acknowledge: None,
        }
    }

    /// Arrived messages are to be acknowledged after `delay`, or earlier.
    pub(super) fn acknowledge(&mut self, delay: Duration) {
        let at = Instant::now() + delay;
        self.acknowledge = Some(self.acknowledge.map_or(at, |earlier| earlier.min(at)));
    }

    pub(super) fn acknowledged(&mut self) {
        self.acknowledge = None;
    }

    pub(super) fn sent(&mut self) {
        self.sent = Instant::now();
    }

    pub(super) fn heard(&mut self) {
        self.heard = Instant::now();
    }

    /// Says whether reading is held up; `blocking`: and that somebody waits for what is behind it.
    pub(super) fn hold(&mut self, is_held: bool, blocking: bool) {
        self.hold = match self.hold {
            Hold::No if !is_held => return,
            _ if !is_held => {
                self.heard();
                Hold::No
            }
            Hold::Blocking(_) if blocking => return,
            _ if blocking => Hold::Blocking(Instant::now()),
            _ => Hold::Waiting,
        };
    }

    /// Ready with the next thing that is due.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Due> {
        loop {
            let Some((at, due)) = self.next() else {
                return Poll::Pending;
            };
            if at <= Instant::now() {
                return Poll::Ready(due);
            }
            if self.timer.deadline() > at || self.timer.is_elapsed() {
                self.timer.as_mut().reset(at);
            }
            if self.timer.as_mut().poll(cx).is_pending() {
                return Poll::Pending;
            }
        }
    }

    /// What is due next; a time that cannot be written means never.
    fn next(&self) -> Option<(Instant, Due)> {
        let ping = self.sent.checked_add(self.keep_alive_interval);
        let limit = match self.hold {
            Hold::No if self.pings => Some((self.heard, Due::Silence(self.server_timeout))),
            Hold::No | Hold::Waiting => None,
            Hold::Blocking(since) => Some((since, Due::Standstill)),
        };
        let limit =
            limit.and_then(|(since, due)| Some((since.checked_add(self.server_timeout)?, due)));
        let ping = ping.filter(|_| self.pings).map(|at| (at, Due::Ping));
        let acknowledge = self.acknowledge.map(|at| (at, Due::Acknowledgement));
        ping.into_iter()
            .chain(limit)
            .chain(acknowledge)
            .min_by_key(|(at, _)| *at)
    }
}
