//! The paths of the conformance server.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::middleware::map_request;
use axum::routing::get;
use signalr::protocol::HubProtocol;
use signalr::server::{BuildError, DrainOptions, RawConnection, ServiceError, ServiceScope};
use signalr::transport::Transports;
use signalr::{EndpointOptions, Services, SignalR};
use tokio::task::yield_now;
use tokio_util::sync::CancellationToken;

use super::authentication::authenticate;
use super::bench::Bench;
use super::ended::Ended;
use super::explicit::Explicit;
use super::filters::around;
use super::greeter::{Greeter, Loud, Polite};
use super::hub::Conformance;
use super::kind::{Detailed, Filtered, JsonOnly, Kind, Parallel, Plain, Small, Tight};
use super::push;

/// The conformance server, ready to be served.
#[derive(Debug)]
pub struct App {
    /// All paths.
    pub router: Router,
    signalr: SignalR,
    /// Cancelled by `GET /stop`.
    stop: CancellationToken,
}

impl App {
    /// Waits for `GET /stop`, and for all connections to have gone.
    pub fn stopped(&self) -> impl Future<Output = ()> + Send + use<> {
        let (signalr, stop) = (self.signalr.clone(), self.stop.clone());
        async move {
            stop.cancelled().await;
            signalr
                .drain(DrainOptions::default().spread(Duration::ZERO))
                .await;
        }
    }
}

/// Builds the conformance server.
pub fn app() -> Result<App, BuildError> {
    let ended = Arc::new(Ended::default());
    let signalr = signalr(&ended)?;
    let stop = CancellationToken::new();
    let stop_route = get({
        let (signalr, stop) = (signalr.clone(), stop.clone());
        async move || {
            stop.cancel();
            while !signalr.is_draining() {
                yield_now().await;
            }
            "stopping"
        }
    });
    let paths = Router::new()
        .merge(signalr.map::<Conformance<Plain>>("/hub"))
        .merge(signalr.map_with::<Conformance<Plain>>("/v1only", version_1_only()))
        .merge(signalr.map_with::<Conformance<Plain>>("/stateful", stateful()))
        .merge(signalr.map_with::<Conformance<Plain>>("/lponly", long_polling_only()))
        .merge(signalr.map_with::<Conformance<Plain>>("/nows", no_web_sockets()))
        .merge(signalr.map_with::<Conformance<Plain>>("/authorized", users_only()))
        .merge(signalr.map::<Conformance<Detailed>>("/detailed"))
        .merge(signalr.map::<Conformance<Tight>>("/tight"))
        .merge(signalr.map::<Conformance<Small>>("/small"))
        .merge(signalr.map::<Conformance<Parallel>>("/parallel"))
        .merge(signalr.map::<Conformance<JsonOnly>>("/jsononly"))
        .merge(signalr.map::<Conformance<Filtered>>("/filtered"))
        .merge(signalr.map::<Explicit>("/explicit"))
        .merge(signalr.map::<Bench>("/bench"))
        .merge(signalr.map_connections("/echo", EndpointOptions::default(), echo))
        .merge(signalr.map_connections(
            "/echows",
            EndpointOptions::default().transports(Transports::WEB_SOCKETS),
            echo,
        ))
        .merge(push::routes(signalr.context(), ended))
        .route("/stop", stop_route);
    Ok(App {
        router: paths.layer(map_request(authenticate)),
        signalr,
        stop,
    })
}

fn signalr(ended: &Arc<Ended>) -> Result<SignalR, BuildError> {
    let services = Services::new()
        .add_arc(Arc::clone(ended))
        .add_arc::<dyn Greeter>(Arc::new(Polite))
        .add_arc_keyed::<dyn Greeter>("loud", Arc::new(Loud));
    SignalR::builder()
        .services(services)
        .hub::<Conformance<Plain>>(conformance, |_| {})
        .hub::<Conformance<Detailed>>(conformance, |o| o.enable_detailed_errors = true)
        .hub::<Conformance<Tight>>(conformance, |o| {
            o.keep_alive_interval = Duration::from_millis(200);
            o.client_timeout_interval = Duration::from_millis(600);
            o.handshake_timeout = Duration::from_millis(400);
        })
        .hub::<Conformance<Small>>(conformance, |o| {
            o.maximum_receive_message_size = Some(256);
            o.enable_detailed_errors = true;
        })
        .hub::<Conformance<Parallel>>(conformance, |o| {
            o.maximum_parallel_invocations_per_client = 3
        })
        .hub::<Conformance<JsonOnly>>(conformance, |o| {
            o.supported_protocols = vec![HubProtocol::Json]
        })
        .hub::<Conformance<Filtered>>(conformance, |o| {
            around(&mut o.filters, "outer");
            around(&mut o.filters, "inner");
        })
        .hub::<Explicit>(|_| Ok(Explicit), |_| {})
        .hub::<Bench>(|_| Ok(Bench), |_| {})
        .build()
}

fn long_polling_only() -> EndpointOptions {
    EndpointOptions::default()
        .transports(Transports::LONG_POLLING)
        .poll_timeout(Duration::from_millis(500))
}

fn no_web_sockets() -> EndpointOptions {
    EndpointOptions::default().transports(Transports::SERVER_SENT_EVENTS | Transports::LONG_POLLING)
}

fn version_1_only() -> EndpointOptions {
    EndpointOptions::default().minimum_protocol_version(1)
}

fn stateful() -> EndpointOptions {
    EndpointOptions::default().allow_stateful_reconnects(true)
}

fn users_only() -> EndpointOptions {
    EndpointOptions::default().require_authorization()
}

fn conformance<K: Kind>(services: &ServiceScope) -> Result<Conformance<K>, ServiceError> {
    Ok(Conformance::new(services.get()?))
}

/// Writes back every byte it reads.
async fn echo(mut connection: RawConnection) {
    while let Ok(Some(bytes)) = connection.receive().await {
        if connection.send(bytes).await.is_err() {
            return;
        }
    }
}
