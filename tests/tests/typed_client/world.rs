//! A server and its clients in one process.

use signalr::client::{Connected, Connector};
use signalr::protocol::HubProtocol;
use signalr::transport::memory::pair;
use signalr::{HubConnection, Services, SignalR};
use tokio::sync::mpsc;

use super::contract::{PanelReceiver, StationClient};
use super::panel::{Screen, Seen};
use super::station::{Count, Weather};

/// A server that several clients connect to.
pub(crate) struct World {
    server: SignalR,
    protocol: HubProtocol,
}

/// A client that is connected.
pub(crate) struct Client {
    pub(crate) link: HubConnection,
    pub(crate) station: StationClient<HubConnection>,
    pub(crate) seen: mpsc::UnboundedReceiver<Seen>,
}

impl World {
    fn new(protocol: HubProtocol) -> Self {
        let server = SignalR::builder()
            .services(Services::new().add(Count::default()))
            .hub::<Weather>(|_| Ok(Weather), |_| {})
            .build()
            .expect("valid options");
        Self { server, protocol }
    }

    fn connector(&self) -> impl Connector + use<> {
        let server = self.server.clone();
        move || {
            let (client, end) = pair();
            let server = server.clone();
            tokio::spawn(async move { server.serve::<Weather>(end).await });
            async { Ok(Connected::new(client)) }
        }
    }

    pub(crate) async fn client(&self) -> Client {
        let (sender, seen) = mpsc::unbounded_channel();
        let link = HubConnection::with_connector(self.connector())
            .protocol(self.protocol)
            .receiver(PanelReceiver(Screen(sender)))
            .build()
            .expect("valid settings");
        link.start().await.expect("the server is there");
        let station = StationClient::new(&link);
        Client {
            link,
            station,
            seen,
        }
    }
}

/// Runs a test in each protocol.
pub(crate) async fn each_protocol(test: impl AsyncFn(World)) {
    for protocol in HubProtocol::ALL {
        test(World::new(*protocol)).await;
    }
}
