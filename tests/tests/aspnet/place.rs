//! Where a test runs: one server, one protocol, one transport.

use std::fmt;
use std::future::Future;
use std::time::Duration;

use signalr::client::HttpConnector;
use signalr::transport::TransportKind;
use signalr::{HubConnection, HubConnectionBuilder, HubProtocol, Transports};
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::server::{Maker, Server};

/// After how long a test that hangs is given up.
const PATIENCE: Duration = Duration::from_secs(180);

#[derive(Clone)]
pub(crate) struct Place {
    pub(crate) maker: Maker,
    pub(crate) url: String,
    pub(crate) protocol: HubProtocol,
    pub(crate) transport: TransportKind,
}

impl Place {
    /// Every server, in every protocol it speaks, over every transport that carries it.
    fn all() -> Vec<Self> {
        let mut places = Vec::new();
        for server in Server::all() {
            for protocol in protocols(server.maker()) {
                for transport in [
                    TransportKind::WebSockets,
                    TransportKind::ServerSentEvents,
                    TransportKind::LongPolling,
                ] {
                    if transport.carries(protocol.transfer_format()) {
                        places.push(Self {
                            maker: server.maker(),
                            url: server.url.clone(),
                            protocol: *protocol,
                            transport,
                        });
                    }
                }
            }
        }
        places
    }

    /// A connection to a path, over this place's transport and in its protocol.
    pub(crate) fn builder(&self, path: &str) -> HubConnectionBuilder<HttpConnector> {
        HubConnection::builder(&format!("{}{path}", self.url))
            .protocol(self.protocol)
            .transports(self.transports())
    }

    pub(crate) fn transports(&self) -> Transports {
        match self.transport {
            TransportKind::WebSockets => Transports::WEB_SOCKETS,
            TransportKind::ServerSentEvents => Transports::SERVER_SENT_EVENTS,
            _ => Transports::LONG_POLLING,
        }
    }

    /// A connection to a path that is built and started.
    pub(crate) async fn connect(&self, path: &str) -> HubConnection {
        start(self.builder(path)).await
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            maker,
            protocol,
            transport,
            ..
        } = self;
        write!(f, "{maker}, {}, {transport}", protocol.name())
    }
}

/// The protocols of a server; the real one has only JSON here.
fn protocols(maker: Maker) -> &'static [HubProtocol] {
    match maker {
        Maker::Microsoft => &[HubProtocol::Json],
        Maker::Ours => &[HubProtocol::Json, HubProtocol::MessagePack],
    }
}

/// Builds and starts a connection.
pub(crate) async fn start(builder: HubConnectionBuilder<HttpConnector>) -> HubConnection {
    let link = builder.build().expect("settings that make sense");
    link.start().await.expect("a server that answers");
    link
}

/// Runs a test at every place, and says where it failed.
pub(crate) async fn everywhere<Test, Running>(test: Test)
where
    Test: Fn(Place) -> Running,
    Running: Future<Output = ()> + Send + 'static,
{
    at(Place::all(), test).await;
}

/// Runs a test at every place with this transport.
pub(crate) async fn everywhere_over<Test, Running>(transport: TransportKind, test: Test)
where
    Test: Fn(Place) -> Running,
    Running: Future<Output = ()> + Send + 'static,
{
    let mut places = Place::all();
    places.retain(|place| place.transport == transport);
    at(places, test).await;
}

async fn at<Test, Running>(places: Vec<Place>, test: Test)
where
    Test: Fn(Place) -> Running,
    Running: Future<Output = ()> + Send + 'static,
{
    assert!(!places.is_empty(), "the test runs nowhere");
    let mut running = JoinSet::new();
    for place in places {
        let name = place.to_string();
        let test = tokio::spawn(timeout(PATIENCE, test(place)));
        running.spawn(async move { (name, test.await) });
    }
    let mut failed = Vec::new();
    while let Some(ended) = running.join_next().await {
        match ended.expect("it only waits") {
            (_, Ok(Ok(()))) => {}
            (name, Ok(Err(_))) => failed.push(format!("{name}: it hangs")),
            (name, Err(_)) => failed.push(format!("{name}: see the panic above")),
        }
    }
    failed.sort();
    assert!(failed.is_empty(), "failed at\n  {}", failed.join("\n  "));
}
