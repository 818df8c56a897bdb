use std::sync::{Arc, Mutex};

use signalr::client::{ConnectError, Connected, Connector, HubConnectionBuilder};
use signalr::transport::memory::{self, Faults};
use signalr::{HubConnection, Services, SignalR, hub};

/// What the hub was told.
type Said = Arc<Mutex<Vec<String>>>;

struct Texts(Said);

#[hub]
impl Texts {
    pub fn say(&self, text: String) {
        self.0.lock().expect("no panic").push(text);
    }
}

/// A server in memory that can go away.
#[derive(Clone)]
pub(crate) struct Place {
    signalr: SignalR,
    said: Said,
    network: Arc<Mutex<Network>>,
}

#[derive(Default)]
struct Network {
    is_closed: bool,
    tries: usize,
    last: Option<Faults>,
}

impl Default for Place {
    fn default() -> Self {
        let said = Said::default();
        let heard = Arc::clone(&said);
        let signalr = SignalR::builder()
            .services(Services::new())
            .hub::<Texts>(move |_| Ok(Texts(Arc::clone(&heard))), |_| ())
            .build()
            .expect("complete");
        Self {
            signalr,
            said,
            network: Arc::default(),
        }
    }
}

impl Place {
    pub(crate) fn builder(&self) -> HubConnectionBuilder<impl Connector> {
        let place = self.clone();
        HubConnection::with_connector(move || std::future::ready(place.connect()))
    }

    fn connect(&self) -> Result<Connected, ConnectError> {
        let mut network = self.network.lock().expect("no panic");
        network.tries += 1;
        if network.is_closed {
            return Err(ConnectError::transport("no route"));
        }
        let (client, server) = memory::pair();
        network.last = Some(client.faults());
        let signalr = self.signalr.clone();
        tokio::spawn(async move { signalr.serve::<Texts>(server).await });
        Ok(Connected::new(client))
    }

    /// Nobody gets through any more.
    pub(crate) fn close(&self) {
        self.network.lock().expect("no panic").is_closed = true;
    }

    pub(crate) fn open(&self) {
        self.network.lock().expect("no panic").is_closed = false;
    }

    /// Cuts the last connection.
    pub(crate) fn cut(&self) {
        let network = self.network.lock().expect("no panic");
        network.last.as_ref().expect("a connection").cut();
    }

    pub(crate) fn tries(&self) -> usize {
        self.network.lock().expect("no panic").tries
    }

    pub(crate) fn said(&self) -> Vec<String> {
        self.said.lock().expect("no panic").clone()
    }

    /// Waits until something holds; time goes on meanwhile.
    pub(crate) async fn until(&self, holds: impl Fn() -> bool) {
        while !holds() {
            tokio::time::sleep(std::time::Duration::from_millis(1)).await;
        }
    }
}
