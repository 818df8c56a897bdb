//! One connection from its handshake to its end, in one task: it reads, runs the calls and writes.

mod begin;
mod finish;
mod handshake;
mod input;
mod reader;
mod resume;
mod service;

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll};

use futures_util::stream::{FuturesUnordered, StreamExt};

use self::input::Input;
use self::reader::Reader;
use self::resume::Resume;
pub(super) use self::service::{Service, UserIdProvider};
use super::connection::Connection;
use super::end::End;
use super::metrics;
use super::running::Running;
use crate::connection::Link;
use crate::transport::TransportError;

struct Pump {
    service: Service,
    connection: Arc<Connection>,
    link: Link,
    /// With stateful reconnect.
    resume: Option<Resume>,
    reader: Reader,
    running: FuturesUnordered<Running>,
    input: Input,
    /// All that had arrived was taken in when the transport was last looked at.
    is_read_out: bool,
    /// The lifetime manager has the connection in its lists.
    is_known: bool,
}

/// How often a connection looks around before other tasks have their turn.
const ROUNDS: usize = 32;

impl Pump {
    /// Runs `work` while what it and running calls send goes out.
    async fn while_writing<F: Future>(&mut self, work: F) -> F::Output {
        let mut work = pin!(work);
        poll_fn(|cx| {
            self.connection.outbound.register(cx.waker());
            let done = work.as_mut().poll(cx);
            if done.is_pending() {
                self.poll_output(cx);
            }
            done
        })
        .await
    }

    /// Lets running calls go on and sends what there is to send.
    fn poll_output(&mut self, cx: &mut Context<'_>) {
        self.poll_calls(cx);
        // What cannot be written any more is found out by the reading side.
        let _ = self.poll_write(cx);
    }

    fn poll_run(&mut self, cx: &mut Context<'_>) -> Poll<End> {
        self.connection.outbound.register(cx.waker());
        self.reader.begin_turn();
        self.connection.begin_turn();
        for _ in 0..ROUNDS {
            match self.poll_round(cx) {
                Ok(_) if self.reader.has_more() || self.connection.turn_is_over() => break,
                Ok(true) => {}
                Ok(false) if self.connection.is_released() && self.is_idle() => {
                    return Poll::Ready(End::Released);
                }
                Ok(false) => return Poll::Pending,
                Err(end) => return Poll::Ready(end),
            }
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }

    /// Whether nothing runs for the client, and nothing it has sent waits.
    fn is_idle(&self) -> bool {
        self.running.is_empty() && !self.is_held_up() && self.link.unread() == 0
    }

    /// Does all that can be done now; whether there may be more.
    fn poll_round(&mut self, cx: &mut Context<'_>) -> Result<bool, End> {
        if let Some(end) = self.connection.requested_end() {
            return Err(end);
        }
        let mut worked = self.start_refreshed();
        worked |= self.poll_transport(cx, self.is_held_up());
        if self.input == Input::Away && self.connection.is_released() {
            // A server that lets everybody go waits for nobody to come back.
            return Err(End::Released);
        }
        worked |= self.poll_read(cx)?;
        worked |= self.poll_calls(cx);
        let was_full = self.connection.outbound.is_full();
        let written = self.poll_write(cx);
        if matches!(written, Poll::Ready(Ok(()))) && self.is_settled() {
            return Ok(false);
        }
        if let Poll::Ready(Err(error)) = written
            && self.input == Input::Open
        {
            tracing::debug!(connection = self.connection.id(), %error, "write failed");
            if self.resume.is_none() {
                metrics::send_failed("lost");
                return Err(End::TransportGone { cause: None });
            }
            self.input = Input::Lost;
            worked = true;
        }
        Ok(worked || was_full && !self.connection.outbound.is_full())
    }

    /// Whether another look would find nothing, once all is written: true of most turns, of which
    /// each begins with what a client has sent and ends with its answer.
    fn is_settled(&self) -> bool {
        self.is_read_out
            && self.input == Input::Open
            && self.running.is_empty()
            && !self.is_held_up()
            && !self.reader.has_more()
    }

    /// Tells the hub that the user has proved anew who it is. It takes one of the permits for calls,
    /// before the calls that have not begun.
    fn start_refreshed(&mut self) -> bool {
        if !self.connection.pulse.refreshed.load(Ordering::Acquire)
            || !self.connection.take_permit()
        {
            return false;
        }
        self.connection
            .pulse
            .refreshed
            .store(false, Ordering::Release);
        let hub = Arc::clone(&self.service.hub);
        let ready = hub.authentication_refreshed(Arc::clone(&self.connection));
        ready.state.permit_taken();
        self.running.push(Running::new(ready));
        true
    }

    fn is_held_up(&self) -> bool {
        self.reader.is_blocked() || self.connection.outbound.is_full()
    }

    /// Lets running calls go on.
    fn poll_calls(&mut self, cx: &mut Context<'_>) -> bool {
        let mut ended = false;
        if self.running.is_empty() {
            return ended;
        }
        while let Poll::Ready(Some(state)) = self.running.poll_next_unpin(cx) {
            self.reader.call_ended(&state);
            ended = true;
        }
        ended
    }

    fn poll_write(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), TransportError>> {
        if self.input == Input::Away {
            return Poll::Pending;
        }
        let written =
            self.link
                .poll_drain(cx, &self.connection.outbound, self.connection.protocol());
        self.connection
            .pulse
            .sending
            .store(self.link.under_way().unwrap_or(0), Ordering::Relaxed);
        written
    }
}
