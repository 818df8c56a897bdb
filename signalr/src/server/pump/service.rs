use std::future::{Future, poll_fn};
use std::sync::Arc;
use std::time::Duration;

use futures_util::stream::FuturesUnordered;
use tokio::time::timeout;
use tokio_util::task::task_tracker::TaskTrackerToken;
use tracing::Instrument;

use super::Pump;
use super::handshake::{self, Agreed};
use super::input::Input;
use super::reader::Reader;
use super::resume::Resume;
use crate::connection::{Link, Receipts, Room};
use crate::server::attendance::{Attendance, Guest, Stay};
use crate::server::authorize::{Check, ExpiryWatch, Principal};
use crate::server::connection::{Connection, Identity};
use crate::server::endpoint::EndpointOptions;
use crate::server::heartbeat::{Heartbeat, Limits, Watch};
use crate::server::metrics::Visit;
use crate::server::request::ConnectionRequest;
use crate::server::runtime::HubRuntime;
use crate::server::serve::{Arrival, Serves, Serving};
use crate::server::slow_consumers::{SlowConsumer, Tally};
use crate::transport::{Ending, TransportKind};

/// The first version of the protocols that knows stateful reconnect.
const STATEFUL_VERSION: i32 = 2;

/// Computes the user id of a connection from its request.
pub(in crate::server) type UserIdProvider =
    dyn Fn(Option<&ConnectionRequest>) -> Option<String> + Send + Sync;

/// What a connection is served with.
#[derive(Clone)]
pub(in crate::server) struct Service {
    pub(in crate::server) hub: Arc<dyn HubRuntime>,
    pub(in crate::server) endpoint: Arc<EndpointOptions>,
    pub(in crate::server) heartbeat: Arc<Heartbeat>,
    pub(in crate::server) user_id: Arc<UserIdProvider>,
    pub(in crate::server) attendance: Arc<Attendance>,
    pub(in crate::server) tally: Arc<Tally>,
}

impl Serves for Service {
    fn name(&self) -> &'static str {
        self.hub.name()
    }

    fn admit(&self, principal: Option<&Principal>) -> Check {
        self.hub.base().admit(principal)
    }

    fn serve(self: Arc<Self>, arrival: Arrival) -> Serving {
        Box::pin((*self).clone().run(arrival))
    }
}

impl Service {
    /// Serves one connection to its end.
    ///
    /// Each phase but the long one has a box of its own: together they would make the task of a
    /// connection that only waits several times as large.
    pub(in crate::server) fn run(self, arrival: Arrival) -> impl Future<Output = ()> + Send {
        let id = Arc::clone(&arrival.id);
        let hub = self.hub.name();
        let transport = arrival.transport.kind();
        let entering = Box::pin(self.enter(arrival));
        let serving = async move {
            let Some(mut entered) = entering.await else {
                return;
            };
            let pump = &mut entered.pump;
            let begun = Box::pin(pump.begin()).await;
            let end = match begun {
                Ok(()) => poll_fn(|cx| pump.poll_run(cx)).await,
                Err(end) => end,
            };
            Box::pin(pump.finish(end)).await;
            drop(entered.looked_after);
            drop(entered.present);
            drop(entered.gone);
            Box::pin(entered.pump.linger()).await;
            drop(entered.work);
        };
        async move {
            let span = tracing::info_span!("connection", id = &*id, hub, %transport);
            serving.instrument(span).await;
        }
    }

    /// Shakes hands; `None`: the connection is over.
    async fn enter(mut self, arrival: Arrival) -> Option<Entered> {
        self.hub = self.hub.handle();
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
        let work = self.attendance.work();
        self.heartbeat.start_once();
        let visit = Visit::begin(transport.kind(), &timed_out, &self.attendance);
        let mut link = Link::new(transport);
        let options = self.hub.options();
        let room = Room::new(
            self.endpoint.transport_max_buffer_size,
            options.maximum_queued_messages_per_client,
        );
        let outbound = Arc::new(options.slow_consumers.queue(room));
        let is_stateful = handover.is_some();
        let mut resume = handover
            .filter(|_| link.kind() == TransportKind::WebSockets)
            .map(|handover| Resume::new(handover, self.endpoint.close_timeout));
        let handshake =
            handshake::shake_hands(&mut link, &mut resume, &outbound, options, &self.endpoint);
        let entered = self.attendance.while_open(handshake).await;
        let Agreed { protocol, version } = match entered {
            Some(Some(agreed)) => agreed,
            Some(None) => return None,
            None => {
                tracing::debug!("not let in: the server is shutting down");
                close_link(&mut link, self.endpoint.close_timeout).await;
                return None;
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
            slow: SlowConsumer::new(&options.slow_consumers, Arc::clone(&self.tally)),
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
        let pump = Pump {
            reader: Reader::new(options, &self.endpoint, is_stateful),
            service: self,
            connection,
            link,
            resume,
            running: FuturesUnordered::new(),
            input: Input::Open,
            is_read_out: false,
            is_known: false,
        };
        Some(Entered {
            pump,
            looked_after: (watch, expiry),
            present: (stay, visit),
            gone,
            work,
        })
    }
}

/// A connection after its handshake.
struct Entered {
    pump: Pump,
    looked_after: (Watch, Option<ExpiryWatch>),
    present: (Stay, Visit),
    gone: Gone,
    work: TaskTrackerToken,
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

/// Flushes and closes a transport within its time-outs, without a hub.
pub(super) async fn close_link(link: &mut Link, timeout_after: Duration) {
    let closing = poll_fn(|cx| link.poll_close(cx, Ending::Normal));
    let _ = timeout(timeout_after, closing).await;
}
