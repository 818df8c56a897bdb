//! One connection from its handshake to its end: what its task does is to read, run the handlers and
//! the uploads, write, and keep the time.

mod clock;
mod handling;
mod lifeline;
mod reader;
mod receiving;

use std::future::poll_fn;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_util::future::FutureExt;
use futures_util::stream::{FuturesUnordered, StreamExt};
use tokio::time::timeout;

use self::clock::{Clock, Due};
pub(super) use self::handling::Handling;
use self::lifeline::Lifeline;
use self::reader::Reader;
use super::session::Session;
use super::shared::Shared;
use super::start::{CLOSE_TIMEOUT, FAULT_TIMEOUT, Wire};
use super::{Work, metrics};
use crate::connection::{Fill, Link};
use crate::error::CloseReason;
use crate::transport::{Ending, TransportKind};

/// How often the task goes round before it lets others run.
const ROUNDS: usize = 64;

/// How many bytes are taken in beyond a message that has to wait.
const READ_AHEAD: usize = 64 * 1024;

/// The same, while senders wait for an acknowledgement that may be behind it: more than a server
/// keeps.
const LOOK_AHEAD: usize = 1024 * 1024;

/// Drives one connection.
pub(super) struct Pump {
    session: Arc<Session>,
    link: Link,
    reader: Reader,
    handling: Handling,
    uploads: FuturesUnordered<Work>,
    clock: Clock,
    input: Input,
    /// With stateful reconnect.
    lifeline: Option<Lifeline>,
}

/// The server's side of the transport.
enum Input {
    Open,
    Closed,
    Lost(String),
    /// Lost, and another transport for the same connection is being opened.
    Away(String),
}

impl Pump {
    /// `handling`: what is left to do from the connection before.
    pub(super) fn new(
        shared: &Shared,
        session: &Arc<Session>,
        wire: Wire,
        handling: Handling,
    ) -> Self {
        let Wire { link, reattach } = wire;
        tracing::debug!(
            id = session.connection_id,
            transport = %link.kind(),
            protocol = session.protocol.name(),
            stateful = reattach.is_some(),
            "connected"
        );
        let settings = &shared.settings;
        let pings = link.kind().needs_pings();
        if pings {
            // The server's own time-out begins with the first ping.
            ping(session);
        }
        Self {
            reader: Reader::new(
                Arc::clone(session),
                Arc::clone(&shared.handlers),
                settings,
                reattach.is_some(),
            ),
            session: Arc::clone(session),
            link,
            handling,
            uploads: FuturesUnordered::new(),
            clock: Clock::new(settings.keep_alive_interval, settings.server_timeout, pings),
            input: Input::Open,
            lifeline: reattach.map(|way| Lifeline::new(way, settings.handshake_timeout)),
        }
    }

    pub(super) fn kind(&self) -> TransportKind {
        self.link.kind()
    }

    /// Drives the connection until it has to end.
    pub(super) async fn run(&mut self) -> CloseReason {
        // After a panic nothing is used that was being changed: what arrived is forgotten.
        let running = AssertUnwindSafe(poll_fn(|cx| self.poll_run(cx))).catch_unwind();
        running.await.unwrap_or(CloseReason::Aborted)
    }

    fn poll_run(&mut self, cx: &mut Context<'_>) -> Poll<CloseReason> {
        self.session.outbound.register(cx.waker());
        for _ in 0..ROUNDS {
            match self.poll_round(cx) {
                Ok(true) => {}
                Ok(false) => return Poll::Pending,
                Err(reason) => return Poll::Ready(reason),
            }
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }

    /// Does all that can be done now; whether there may be more.
    fn poll_round(&mut self, cx: &mut Context<'_>) -> Result<bool, CloseReason> {
        if self.session.is_stop_requested() {
            return Err(CloseReason::Stopped);
        }
        let mut worked = self.poll_fill(cx);
        worked |= self.poll_lifeline(cx);
        worked |= self.poll_read(cx)?;
        worked |= self.handling.poll(cx);
        self.uploads.extend(self.session.take_uploads());
        while let Poll::Ready(Some(())) = self.uploads.poll_next_unpin(cx) {
            worked = true;
        }
        worked |= self.poll_clock(cx)?;
        worked |= self.poll_write(cx)?;
        Ok(worked)
    }

    /// Takes in what has arrived, as far as there is room.
    fn poll_fill(&mut self, cx: &mut Context<'_>) -> bool {
        let mut filled = false;
        let room = if self.reader.is_held_up() && self.session.outbound.waits_for_acknowledgement()
        {
            LOOK_AHEAD
        } else {
            READ_AHEAD
        };
        // What is read in one go may be larger than the room, as a single message may be.
        while matches!(self.input, Input::Open)
            && (self.link.unread() < room || !(filled || self.reader.is_held_up()))
        {
            match self.link.poll_fill(cx) {
                Poll::Ready(Fill::Data) => {
                    if let Some(lifeline) = &mut self.lifeline {
                        lifeline.heard();
                    }
                }
                Poll::Ready(Fill::Closed | Fill::Dismissed) => self.input = Input::Closed,
                Poll::Ready(Fill::Lost(error)) => self.input = Input::Lost(error.to_string()),
                Poll::Pending => break,
            }
            filled = true;
        }
        filled
    }

    /// Takes the connection up again where its transport was lost and the server still knows it.
    fn poll_lifeline(&mut self, cx: &mut Context<'_>) -> bool {
        let Some(lifeline) = &mut self.lifeline else {
            return false;
        };
        if let Input::Lost(how) = &self.input {
            if !lifeline.begin() {
                return false;
            }
            tracing::info!(
                id = self.session.connection_id,
                how,
                "taking the connection up again"
            );
            self.link.detach(&self.session.outbound);
            self.input = Input::Away(how.clone());
        }
        let Input::Away(how) = &self.input else {
            return false;
        };
        match lifeline.poll(cx) {
            Poll::Pending => return false,
            Poll::Ready(Ok(transport)) => {
                metrics::resumption(true);
                self.link.attach(transport);
                self.reader.resumed();
                let protocol = self.session.protocol;
                let outbound = &self.session.outbound;
                outbound.resume(|first, out| protocol.write_sequence(out, first));
                self.clock.heard();
                self.input = Input::Open;
            }
            Poll::Ready(Err(error)) => {
                metrics::resumption(false);
                self.input =
                    Input::Lost(format!("{how}, and could not be taken up again: {error}"));
                self.lifeline = None;
            }
        }
        true
    }

    fn poll_read(&mut self, cx: &mut Context<'_>) -> Result<bool, CloseReason> {
        let ended = match &self.input {
            Input::Open | Input::Away(_) => None,
            Input::Closed => Some(CloseReason::TransportClosed),
            Input::Lost(how) => Some(CloseReason::TransportLost(how.clone())),
        };
        if let Some(reason) = ended {
            // All that has arrived is handed over, whoever reads it when.
            self.reader.read_rest(&mut self.link, &mut self.handling)?;
            return Err(reason);
        }
        self.reader
            .poll_messages(cx, &mut self.link, &mut self.handling, &mut self.clock)
    }

    fn poll_clock(&mut self, cx: &mut Context<'_>) -> Result<bool, CloseReason> {
        match self.clock.poll(cx) {
            Poll::Pending => return Ok(false),
            Poll::Ready(Due::Silence(timeout)) => return Err(CloseReason::ServerTimeout(timeout)),
            Poll::Ready(Due::Standstill) => self.reader.resolve_standstill()?,
            Poll::Ready(Due::Acknowledgement) => self.reader.acknowledge(&mut self.clock),
            Poll::Ready(Due::Ping) => {
                self.clock.sent();
                // A server that still has something to read needs no sign of life.
                let is_idle = !self.link.is_sending() && self.session.outbound.is_empty();
                if is_idle && !matches!(self.input, Input::Away(_)) {
                    ping(&self.session);
                }
            }
        }
        Ok(true)
    }

    /// Sends what is queued; whether that has shown that the transport is lost.
    fn poll_write(&mut self, cx: &mut Context<'_>) -> Result<bool, CloseReason> {
        if !self.session.outbound.is_empty() {
            self.clock.sent();
        }
        let Session {
            outbound, protocol, ..
        } = &*self.session;
        match self.link.poll_drain(cx, outbound, *protocol) {
            Poll::Ready(Err(error)) if self.lifeline.is_none() => {
                Err(CloseReason::TransportLost(error.to_string()))
            }
            Poll::Ready(Err(error)) => {
                self.input = Input::Lost(error.to_string());
                Ok(true)
            }
            _ => Ok(false),
        }
    }

    /// Ends the transport; handlers run meanwhile, so that those that need not wait are done when
    /// the connection counts as disconnected.
    pub(super) async fn close(&mut self, reason: &CloseReason) {
        let Session {
            outbound, protocol, ..
        } = &*self.session;
        let says_close = matches!(reason, CloseReason::Stopped | CloseReason::Server { .. });
        let is_there = says_close
            || matches!(
                reason,
                CloseReason::TransportClosed
                    | CloseReason::Protocol(_)
                    | CloseReason::MessageTooLarge { .. }
                    | CloseReason::HandlersTooSlow
            );
        if says_close {
            let mut message = Vec::with_capacity(32);
            protocol.write_close(&mut message, None, false);
            outbound.force(&message);
        }
        let is_away = matches!(self.input, Input::Away(_));
        let mut is_flushed = !says_close;
        let closing = poll_fn(|cx| {
            self.handling.poll(cx);
            if !is_there || is_away {
                return Poll::Ready(());
            }
            if !is_flushed {
                match self.link.poll_drain(cx, outbound, *protocol) {
                    Poll::Pending => return Poll::Pending,
                    Poll::Ready(Ok(())) => is_flushed = true,
                    Poll::Ready(Err(_)) => return Poll::Ready(()),
                }
            }
            self.link.poll_close(cx, Ending::Normal)
        });
        // A server that does not agree in time is left alone.
        let patience = match reason {
            CloseReason::Protocol(_) | CloseReason::MessageTooLarge { .. } => FAULT_TIMEOUT,
            _ => CLOSE_TIMEOUT,
        };
        let _ = timeout(patience, closing).await;
    }

    /// What the server has called and is not yet done.
    pub(super) fn into_handling(self) -> Handling {
        self.handling
    }
}

fn ping(session: &Session) {
    let mut message = Vec::with_capacity(16);
    session.protocol.write_ping(&mut message);
    session.outbound.force(&message);
}
