//! A network that breaks on demand.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::sleep;

use crate::place::Place;

/// How long the network stays broken: servers have to see that a connection is gone before the next
/// one for it comes.
const OUTAGE: Duration = Duration::from_millis(50);

/// Lies between clients and a server, and cuts their connections.
pub(crate) struct Cutter {
    pub(crate) url: String,
    cuts: watch::Sender<u32>,
    accepting: JoinHandle<()>,
}

impl Cutter {
    /// In front of the server at `url`, `http://HOST:PORT`.
    pub(crate) async fn before(url: &str) -> Self {
        let server = url.trim_start_matches("http://").parse();
        let server: SocketAddr = server.expect("an address");
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .await
            .expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let (cuts, _) = watch::channel(0);
        let cut = cuts.clone();
        let accepting = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let cut = cut.clone();
                tokio::spawn(async move {
                    // What goes wrong here is what the client has to live with.
                    let _ = carry(client, server, cut.subscribe()).await;
                });
            }
        });
        Self {
            url,
            cuts,
            accepting,
        }
    }

    /// The same place, with the network between.
    pub(crate) fn between(&self, place: &Place) -> Place {
        Place {
            url: self.url.clone(),
            ..place.clone()
        }
    }

    /// Resets all connections, the server's ends first.
    pub(crate) fn cut(&self) {
        self.cuts.send_modify(|cuts| *cuts += 1);
    }
}

impl Drop for Cutter {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn carry(
    mut client: TcpStream,
    server: SocketAddr,
    mut cut: watch::Receiver<u32>,
) -> io::Result<()> {
    if *cut.borrow_and_update() > 0 {
        sleep(OUTAGE).await;
    }
    let mut server = TcpStream::connect(server).await?;
    client.set_nodelay(true)?;
    server.set_nodelay(true)?;
    tokio::select! {
        ended = copy_bidirectional(&mut client, &mut server) => drop(ended?),
        _ = cut.changed() => {
            server.set_zero_linger()?;
            drop(server);
            client.set_zero_linger()?;
        }
    }
    Ok(())
}
