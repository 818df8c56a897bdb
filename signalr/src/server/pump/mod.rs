//! One connection from its handshake to its end, in one task: it reads, runs the calls and writes.

mod handshake;
mod reader;
mod resume;

use std::future::{Future, poll_fn};
use std::panic::AssertUnwindSafe;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::future::FutureExt;
use futures_util::stream::{FuturesUnordered, StreamExt};
use tokio::runtime::Handle;
use tokio::time::timeout;
use tracing::Instrument;

use self::handshake::Agreed;
use self::reader::Reader;
use self::resume::{Change, Resume};
use super::attendance::{Attendance, Guest};
use super::authorize::{Authentication, Check, Principal};
use super::connection::{Connection, Identity};
use super::core::HubRuntime;
use super::dispatch::LifetimeFuture;
use super::end::End;
use super::endpoint::EndpointOptions;
use super::handover::Handover;
use super::heartbeat::{Heartbeat, Limits};
use super::metrics::{self, TimedOut, Visit};
use super::request::ConnectionRequest;
use super::running::{Running, panicked};
use super::spans;
use crate::connection::{Fill, Link, Outbound, Receipts};
use crate::error::HubError;
use crate::transport::{Ending, Transport, TransportError, TransportKind};

/// Computes the user id of a connection from its request.
pub(super) type UserIdProvider = dyn Fn(Option<&ConnectionRequest>) -> Option<String> + Send + Sync;

/// What a connection is served with.
#[derive(Clone)]
pub(super) struct Service {
    pub(super) hub: Arc<dyn HubRuntime>,
    pub(super) endpoint: Arc<EndpointOptions>,
    pub(super) heartbeat: Arc<Heartbeat>,
    pub(super) user_id: Arc<UserIdProvider>,
    pub(super) attendance: Arc<Attendance>,
}

/// A connection that a transport brought.
pub(super) struct Arrival {
    pub(super) id: Arc<str>,
    pub(super) authentication: Arc<Authentication>,
    pub(super) timed_out: TimedOut,
    pub(super) transport: Box<dyn Transport>,
    pub(super) request: Option<Arc<ConnectionRequest>>,
    /// Stateful reconnect was agreed on.
    pub(super) handover: Option<Arc<Handover>>,
    /// Called when the transport has ended, while calls may still run.
    pub(super) gone: Option<Box<dyn FnOnce() + Send>>,
}

/// The service of one connection, to its end.
pub(super) type Serving = Pin<Box<dyn Future<Output = ()> + Send>>;

/// What an endpoint serves: a hub, or connections without one.
pub(super) trait Serves: Send + Sync + 'static {
    fn name(&self) -> &'static str;
    /// Whether a request with this principal may open or use a connection.
    fn admit(&self, principal: Option<&Principal>) -> Check;
    fn serve(self: Arc<Self>, arrival: Arrival) -> Serving;
}

impl Serves for Service {
    fn name(&self) -> &'static str {
        self.hub.name()
    }

    fn admit(&self, principal: Option<&Principal>) -> Check {
        self.hub.admit(principal)
    }

    fn serve(self: Arc<Self>, arrival: Arrival) -> Serving {
        Box::pin((*self).clone().run(arrival))
    }
}

impl Service {
    /// Serves one connection to its end.
    pub(super) async fn run(self, arrival: Arrival) {
        let span = tracing::info_span!(
            "connection",
            id = &*arrival.id,
            hub = self.hub.name(),
            transport = %arrival.transport.kind(),
        );
        self.talk(arrival).instrument(span).await;
    }

    async fn talk(self, arrival: Arrival) {
        let Arrival {
            id,
            authentication,
            timed_out,
            transport,
            request,
            handover,
            gone,
        } = arrival;
        let gone = Gone(gone);
        let _work = self.attendance.work();
        self.heartbeat.start_once();
        let visit = Visit::begin(transport.kind(), &timed_out, &self.attendance);
        let mut link = Link::new(transport);
        let outbound = Arc::new(Outbound::new(self.endpoint.transport_max_buffer_size));
        let options = self.hub.options();
        let is_stateful = handover.is_some();
        let mut resume = handover
            .filter(|_| link.kind() == TransportKind::WebSockets)
            .map(|handover| Resume::new(handover, self.endpoint.close_timeout));
        // Boxed, like the other phases: together they would make the task of a connection that only
        // waits several times as large.
        let handshake =
            handshake::shake_hands(&mut link, &mut resume, &outbound, options, &self.endpoint);
        let entered = Box::pin(self.attendance.while_open(handshake)).await;
        let Agreed { protocol, version } = match entered {
            Some(Some(agreed)) => agreed,
            Some(None) => return,
            None => {
                tracing::debug!("not let in: the server is shutting down");
                return Box::pin(close_link(&mut link, self.endpoint.close_timeout)).await;
            }
        };
        let is_stateful = is_stateful && version >= STATEFUL_VERSION;
        if is_stateful {
            outbound.keep(options.stateful_reconnect_buffer_size);
        } else if let Some(resume) = resume.take() {
            resume.disable();
        }
        let user_id = (self.user_id)(request.as_deref()).map(Arc::from);
        let identity = Identity {
            id,
            user_id,
            authentication,
            protocol,
            transport: link.kind(),
            request,
            receipts: is_stateful.then(Receipts::default),
        };
        let connection = Connection::new(
            identity,
            outbound,
            options.maximum_parallel_invocations_per_client,
        );
        let stay = self.attendance.enter(Guest::Hub(Arc::clone(&connection)));
        let watch = self.heartbeat.watch(
            Arc::clone(&connection),
            Limits {
                keep_alive: options.keep_alive_interval,
                client_timeout: options.client_timeout_interval,
                send_timeout: self.endpoint.transport_send_timeout,
            },
        );
        let expiry = self.endpoint.close_on_authentication_expiration.then(|| {
            self.heartbeat
                .expiries()
                .watch(Arc::clone(connection.authentication()))
        });
        tracing::debug!(
            connection = connection.id(),
            hub = self.hub.name(),
            transport = %connection.transport(),
            protocol = connection.protocol().name(),
            "connected"
        );
        let mut pump = Pump {
            reader: Reader::new(options, &self.endpoint, is_stateful),
            service: self,
            connection,
            link,
            resume,
            running: FuturesUnordered::new(),
            input: Input::Open,
            is_known: false,
        };
        let begun = Box::pin(pump.begin()).await;
        let end = match begun {
            Ok(()) => poll_fn(|cx| pump.poll_run(cx)).await,
            Err(end) => end,
        };
        Box::pin(pump.finish(end)).await;
        drop((watch, expiry));
        drop((stay, visit));
        drop(gone);
        Box::pin(pump.linger()).await;
    }
}

/// Calls back when dropped.
struct Gone(Option<Box<dyn FnOnce() + Send>>);

impl Drop for Gone {
    fn drop(&mut self) {
        if let Some(call_back) = self.0.take() {
            call_back();
        }
    }
}

struct Pump {
    service: Service,
    connection: Arc<Connection>,
    link: Link,
    /// With stateful reconnect.
    resume: Option<Resume>,
    reader: Reader,
    running: FuturesUnordered<Running>,
    input: Input,
    /// The lifetime manager has the connection in its lists.
    is_known: bool,
}

/// How often a connection looks around before other tasks have their turn.
const ROUNDS: usize = 32;

/// The first version of the protocols that knows stateful reconnect.
const STATEFUL_VERSION: i32 = 2;

/// The other end's side of the transport.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Input {
    Open,
    /// It closed in good order.
    Closed,
    /// It asked for the end and still listens.
    Dismissed,
    Lost,
    /// There is no transport now, or it is given up for another one.
    Away,
}

impl Pump {
    /// Makes the connection known and runs `on_connected`.
    async fn begin(&mut self) -> Result<(), End> {
        let hub = Arc::clone(&self.service.hub);
        let detailed = hub.options().enable_detailed_errors;
        self.is_known = true;
        let known = hub.lifetime().connected(&self.connection).await;
        if let Err(error) = known {
            return Err(End::refused(&error.into(), detailed));
        }
        let span = spans::connected(hub.type_name());
        let event = guarded({
            let connection = Arc::clone(&self.connection);
            || hub.connected(connection)
        });
        let mut event = pin!(event.instrument(span.clone()));
        let connected = poll_fn(|cx| {
            // No message is read yet, but the handler may wait for the connection's end.
            self.connection.outbound.register(cx.waker());
            self.poll_transport(cx, true);
            if matches!(self.input, Input::Closed | Input::Lost) {
                self.connection.outbound.close();
            }
            if !matches!(self.input, Input::Open | Input::Away)
                || self.connection.requested_end().is_some()
            {
                self.connection.aborted().cancel();
            }
            let done = event.as_mut().poll(cx);
            self.poll_output(cx);
            done
        });
        match connected.await {
            Ok(()) => Ok(()),
            Err(error) => {
                spans::failed(&span, error.kind());
                tracing::error!(connection = self.connection.id(), %error, "on_connected failed");
                Err(End::refused(&error, detailed))
            }
        }
    }

    /// Runs `work` while what it and running calls send goes out.
    async fn while_writing<F: Future>(&mut self, work: F) -> F::Output {
        let mut work = pin!(work);
        poll_fn(|cx| {
            self.connection.outbound.register(cx.waker());
            let done = work.as_mut().poll(cx);
            self.poll_output(cx);
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
        for _ in 0..ROUNDS {
            match self.poll_round(cx) {
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
        if let Poll::Ready(Err(error)) = self.poll_write(cx)
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

    /// Looks after the transport and takes in what has arrived.
    fn poll_transport(&mut self, cx: &mut Context<'_>, held_up: bool) -> bool {
        let mut worked = false;
        loop {
            let changed = self.poll_resume(cx);
            worked |= changed | self.poll_fill(cx, held_up);
            if !changed && (self.input != Input::Lost || self.resume.is_none()) {
                return worked;
            }
        }
    }

    /// Puts another transport in the place of one that was lost; whether anything changed.
    fn poll_resume(&mut self, cx: &mut Context<'_>) -> bool {
        let Some(resume) = &mut self.resume else {
            return false;
        };
        if matches!(self.input, Input::Closed | Input::Dismissed) {
            return false;
        }
        let connection = &self.connection;
        if self.input == Input::Lost {
            resume.lost(&mut self.link, &connection.outbound);
        } else {
            let change = resume.poll(cx, &mut self.link, &connection.outbound);
            if !resume.is_attached() {
                self.input = Input::Away;
            }
            match change {
                Poll::Pending => return false,
                Poll::Ready(Change::Attached) => {
                    tracing::debug!(connection = connection.id(), "resumed");
                    self.input = Input::Open;
                    connection.resumed();
                    return true;
                }
                Poll::Ready(Change::Closed) => {
                    self.input = Input::Closed;
                    self.resume = None;
                    return true;
                }
                Poll::Ready(Change::Expired) => {
                    self.input = Input::Lost;
                    self.resume = None;
                    return true;
                }
                Poll::Ready(Change::Detached) => {}
            }
        }
        tracing::debug!(connection = connection.id(), "waits for another transport");
        self.input = Input::Away;
        connection.detached();
        true
    }

    /// Takes in all that has arrived, as far as there is room. One look is allowed in any case
    /// unless messages are held up: a single message may be larger than the buffer.
    fn poll_fill(&mut self, cx: &mut Context<'_>, held_up: bool) -> bool {
        let mut filled = false;
        while self.input == Input::Open {
            let found = if self.reader.has_room(&self.link) || !(filled || held_up) {
                self.link.poll_fill(cx)
            } else {
                // The end must not wait behind messages that nobody may ever read.
                self.link.poll_end(cx)
            };
            match found {
                Poll::Ready(Fill::Data) => {}
                Poll::Ready(Fill::Closed) => self.input = Input::Closed,
                Poll::Ready(Fill::Dismissed) => self.input = Input::Dismissed,
                Poll::Ready(Fill::Lost(error)) => {
                    tracing::debug!(connection = self.connection.id(), %error, "lost");
                    self.input = Input::Lost;
                }
                Poll::Pending => break,
            }
            filled = true;
        }
        filled
    }

    fn is_held_up(&self) -> bool {
        self.reader.is_blocked() || self.connection.outbound.is_full()
    }

    /// Reads messages until the input is used up or a message has to wait.
    fn poll_read(&mut self, cx: &mut Context<'_>) -> Result<bool, End> {
        if matches!(self.input, Input::Closed | Input::Lost) {
            // No answer arrives any more, but what was asked for is still carried out, in its
            // order; a queue that is full must not keep it from being read.
            self.connection.outbound.close();
        }
        let read = self.reader.poll_messages(
            cx,
            &mut self.link,
            &self.service.hub,
            &self.connection,
            &mut self.running,
        )?;
        if matches!(self.input, Input::Open | Input::Away) {
            return Ok(read);
        }
        if self.input == Input::Dismissed {
            return Err(if self.link.unread() > 0 && !self.is_held_up() {
                End::Failed(reader::cut_off())
            } else {
                End::Released
            });
        }
        if self.reader.is_blocked() {
            // What runs now may wait for the client's end.
            self.connection.aborted().cancel();
            return Ok(read);
        }
        let cause = (self.link.unread() > 0).then(reader::cut_off);
        Err(End::TransportGone { cause })
    }

    /// Lets running calls go on.
    fn poll_calls(&mut self, cx: &mut Context<'_>) -> bool {
        let mut ended = false;
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

    /// Says Close, tells the hub, and ends the transport.
    async fn finish(&mut self, end: End) {
        let hub = Arc::clone(&self.service.hub);
        let connection = Arc::clone(&self.connection);
        tracing::debug!(connection = connection.id(), ?end, "closing");
        connection.end_with(end.clone());
        // Who comes for it now finds it gone.
        self.resume = None;
        let message = end
            .close_message(hub.options().enable_detailed_errors)
            .filter(|_| self.input != Input::Away);
        let can_write = message.is_some();
        if let Some((error, allow_reconnect)) = message {
            let mut bytes = Vec::with_capacity(64);
            connection
                .protocol()
                .write_close(&mut bytes, error.as_deref(), allow_reconnect);
            connection.outbound.force(&bytes);
            // Out before the hub is told, unless the client is slow to take it.
            poll_fn(|cx| {
                let _ = self.poll_write(cx);
                Poll::Ready(())
            })
            .await;
        } else {
            connection.outbound.clear();
        }
        connection.aborted().cancel();
        let mut ending = Ending::Normal;
        if !matches!(end, End::Refused { .. }) {
            let span = spans::disconnected(hub.type_name());
            let event = guarded(|| {
                let hub = Arc::clone(&hub);
                hub.disconnected(Arc::clone(&connection), end.cause())
            });
            let event = event.instrument(span.clone());
            if let Err(error) = self.while_writing(event).await {
                spans::failed(&span, error.kind());
                tracing::error!(connection = connection.id(), %error, "on_disconnected failed");
                ending = Ending::Fault;
            }
        }
        self.reader.uploads.clear();
        self.is_known = false;
        self.while_writing(hub.lifetime().disconnected(&connection))
            .await;
        // Others may wait for what a running call holds, so it goes on while the client is slow.
        let EndpointOptions {
            transport_send_timeout,
            close_timeout,
            ..
        } = *self.service.endpoint;
        if can_write {
            let flushed = poll_fn(|cx| {
                self.poll_calls(cx);
                self.poll_write(cx)
            });
            let _ = timeout(transport_send_timeout, flushed).await;
        }
        if can_write || self.input == Input::Closed {
            let closing = poll_fn(|cx| {
                self.poll_calls(cx);
                self.link.poll_close(cx, ending)
            });
            let _ = timeout(close_timeout, closing).await;
        }
        tracing::debug!(connection = connection.id(), "disconnected");
    }

    /// Lets the calls that were running when the connection ended come to their end: what a
    /// client asked for is carried out even if it does not wait for the answer.
    async fn linger(mut self) {
        let mut running = std::mem::take(&mut self.running);
        drop(self);
        while running.next().await.is_some() {}
    }
}

impl Drop for Pump {
    /// Whoever drops a connection before its end, or a panic, must not leave it in the lists:
    /// those who send to it would wait for ever.
    fn drop(&mut self) {
        if !self.is_known {
            return;
        }
        let connection = Arc::clone(&self.connection);
        connection.end_with(End::TransportGone { cause: None });
        connection.aborted().cancel();
        let lifetime = Arc::clone(self.service.hub.lifetime());
        let mut leaving = Box::pin(async move { lifetime.disconnected(&connection).await });
        if leaving.as_mut().now_or_never().is_none()
            && let Ok(runtime) = Handle::try_current()
        {
            runtime.spawn(leaving);
        }
    }
}

/// A panic in `event`, or on the way to it, as its error.
async fn guarded(event: impl FnOnce() -> LifetimeFuture) -> Result<(), HubError> {
    match AssertUnwindSafe(async { event().await })
        .catch_unwind()
        .await
    {
        Ok(outcome) => outcome,
        Err(panic) => Err(panicked(&*panic)),
    }
}

/// Flushes and closes a transport within its time-outs, without a hub.
async fn close_link(link: &mut Link, timeout_after: Duration) {
    let closing = poll_fn(|cx| link.poll_close(cx, Ending::Normal));
    let _ = timeout(timeout_after, closing).await;
}
