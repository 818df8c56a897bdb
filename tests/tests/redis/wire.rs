//! What lies between a server and its Redis, to be cut, held up and turned elsewhere.

use std::net::Ipv4Addr;
use std::sync::Arc;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

pub(crate) struct Wire {
    port: u16,
    facts: Arc<watch::Sender<Facts>>,
}

#[derive(Clone, Default)]
struct Facts {
    /// Where new connections lead, in turn.
    targets: Vec<u16>,
    accepted: usize,
    is_frozen: bool,
    /// Connections from before the last cut end.
    cuts: usize,
}

impl Wire {
    /// A wire to these ports of this machine: connections lead to them in turn.
    pub(crate) async fn to(targets: &[u16]) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .await
            .expect("a free port");
        let port = listener.local_addr().expect("a bound listener").port();
        let facts = Arc::new(watch::Sender::new(Facts {
            targets: targets.to_vec(),
            ..Facts::default()
        }));
        tokio::spawn(accept(listener, Arc::clone(&facts)));
        Self { port, facts }
    }

    pub(crate) fn address(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// Where connections lead from now on; those that there are stay.
    pub(crate) fn lead_to(&self, target: u16) {
        self.facts.send_modify(|facts| facts.targets = vec![target]);
    }

    /// Nothing passes any more, and nobody is told.
    pub(crate) fn freeze(&self) {
        self.facts.send_modify(|facts| facts.is_frozen = true);
    }

    pub(crate) fn thaw(&self) {
        self.facts.send_modify(|facts| facts.is_frozen = false);
    }

    /// Ends all connections.
    pub(crate) fn cut(&self) {
        self.facts.send_modify(|facts| facts.cuts += 1);
    }
}

async fn accept(listener: TcpListener, facts: Arc<watch::Sender<Facts>>) {
    while let Ok((near, _)) = listener.accept().await {
        let mut target = 0;
        facts.send_modify(|facts| {
            target = facts.targets[facts.accepted % facts.targets.len()];
            facts.accepted += 1;
        });
        let watched = facts.subscribe();
        tokio::spawn(async move {
            let Ok(far) = TcpStream::connect((Ipv4Addr::LOCALHOST, target)).await else {
                return;
            };
            for end in [&near, &far] {
                end.set_nodelay(true).expect("a socket");
            }
            let (from_near, to_near) = near.into_split();
            let (from_far, to_far) = far.into_split();
            // When one way ends, so does the other.
            tokio::select! {
                () = carry(from_near, to_far, watched.clone()) => {}
                () = carry(from_far, to_near, watched) => {}
            }
        });
    }
}

async fn carry(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, mut facts: watch::Receiver<Facts>) {
    let cuts = facts.borrow().cuts;
    let mut bytes = vec![0; 16 * 1024];
    loop {
        let count = tokio::select! {
            biased;
            _ = facts.wait_for(|facts| facts.cuts > cuts) => return,
            count = from.read(&mut bytes) => count.unwrap_or(0),
        };
        let passes = facts.wait_for(|facts| !facts.is_frozen || facts.cuts > cuts);
        if count == 0 || !passes.await.is_ok_and(|facts| facts.cuts == cuts) {
            return;
        }
        if to.write_all(&bytes[..count]).await.is_err() {
            return;
        }
    }
}
