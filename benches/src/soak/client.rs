use std::collections::HashSet;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use signalr::client::Connected;
use signalr::transport::memory::{self, Faults};
use signalr::{HubConnection, HubContext, HubProtocol};
use tokio::time::sleep;

use super::GROUPS;
use super::ledger::Ledger;
use super::life::Life;
use super::luck::Luck;
use super::node::{Node, SoakHub, group_name};

/// A client of one server.
pub(super) struct Client {
    link: HubConnection,
    faults: Faults,
    id: String,
    life: Arc<Life>,
    ledger: Arc<Ledger>,
    groups: HashSet<usize>,
}

/// Is one client after the other, of any server.
pub(super) async fn live(nodes: Arc<[Node]>, ledger: Arc<Ledger>, mut luck: Luck, end: Instant) {
    loop {
        let server = luck.below(nodes.len());
        let arrived = Client::connect(&nodes[server], server, &ledger, &mut luck).await;
        let Some(mut client) = arrived else {
            continue;
        };
        for _ in 0..luck.below(20) + 5 {
            sleep(Duration::from_millis(500 + luck.below(8000) as u64)).await;
            if Instant::now() > end {
                // What is under way has to find it.
                std::future::pending::<()>().await;
            }
            // Most often through a server that does not have it.
            let through = &nodes[luck.below(nodes.len())].context;
            if luck.below(3) == 0 {
                client.leave(through, &mut luck).await;
            } else {
                client.join(through, luck.below(GROUPS)).await;
            }
        }
        client.drop_wire().await;
    }
}

impl Client {
    async fn connect(
        node: &Node,
        server: usize,
        ledger: &Arc<Ledger>,
        luck: &mut Luck,
    ) -> Option<Self> {
        let (ours, theirs) = memory::pair();
        let faults = ours.faults();
        let signalr = node.signalr.clone();
        tokio::spawn(async move { signalr.serve::<SoakHub>(theirs).await });
        let ours = Mutex::new(Some(ours));
        let connector = move || {
            let end = ours.lock().expect("no panic").take();
            async move { Ok(Connected::new(end.expect("it connects once"))) }
        };
        let protocol = HubProtocol::ALL[luck.below(HubProtocol::ALL.len())];
        let link = HubConnection::with_connector(connector)
            .protocol(protocol)
            .build()
            .ok()?;
        let life = Arc::new(Life::default());
        let received = Arc::clone(&life);
        link.on("Note", move |number: u32| {
            received.receives(number);
            std::future::ready(())
        });
        link.start().await.ok()?;
        let (id, user): (String, String) = link.invoke("WhoAmI", ()).await.ok()?;
        let user = user.strip_prefix("user ")?.parse().ok()?;
        life.begins(&id, server, user, ledger.now());
        ledger.begins(&life, &id);
        Some(Self {
            link,
            faults,
            id,
            life,
            ledger: Arc::clone(ledger),
            groups: HashSet::new(),
        })
    }

    async fn join(&mut self, through: &HubContext<SoakHub>, group: usize) {
        if !self.groups.insert(group) {
            return;
        }
        self.life.may_join(group);
        let joined = through.groups().add(&self.id, &group_name(group)).await;
        // Otherwise it may be in it or not, and nothing is expected.
        if joined.is_ok() {
            self.life.joined(group, self.ledger.now());
        }
    }

    async fn leave(&mut self, through: &HubContext<SoakHub>, luck: &mut Luck) {
        if self.groups.is_empty() {
            return;
        }
        let at = luck.below(self.groups.len());
        let Some(group) = self.groups.iter().nth(at).copied() else {
            return;
        };
        self.life.leaves(group, self.ledger.now());
        let left = through.groups().remove(&self.id, &group_name(group)).await;
        if left.is_ok() {
            self.groups.remove(&group);
        }
    }

    /// Cuts the wire without a word.
    async fn drop_wire(self) {
        self.ledger.ends(&self.life, &self.id);
        self.faults.cut();
        self.link.stop().await;
    }
}
