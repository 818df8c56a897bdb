//! Messages to many and changes of membership, seen from outside the hub.

use std::collections::HashSet;

use signalr::{HubContext, SignalR};
use tokio::runtime::Runtime;

use super::JSON;
use super::client::Client;
use super::codec::TEXT;
use super::hub::{self, Bench};
use super::server::runtime;

const GROUP: &str = "everyone";

/// Connections that only listen.
struct Crowd {
    runtime: Runtime,
    server: SignalR,
    clients: Vec<Client>,
}

impl Crowd {
    fn gather(size: usize) -> Self {
        let runtime = runtime();
        let server = hub::server();
        let clients = runtime.block_on(async {
            let mut clients = Vec::with_capacity(size);
            for _ in 0..size {
                clients.push(Client::connect(&server, JSON).await);
            }
            clients
        });
        Self {
            runtime,
            server,
            clients,
        }
    }

    fn hub(&self) -> HubContext<Bench> {
        self.server.context::<Bench>()
    }

    /// Puts so many of them into the group.
    fn group(&self, size: usize) {
        let hub = self.hub();
        self.runtime.block_on(async {
            for connection in hub.connections().list().iter().take(size) {
                hub.groups()
                    .add(connection.id(), GROUP)
                    .await
                    .expect("in one process");
            }
        });
        assert_eq!(hub.connections().count_in_group(GROUP), size);
    }
}

/// One message to all, until all have it.
pub(super) fn to_all(size: usize) -> Box<dyn FnMut()> {
    let mut crowd = Crowd::gather(size);
    let hub = crowd.hub();
    Box::new(move || {
        crowd.runtime.block_on(async {
            let sent = hub.clients().all().receive(TEXT.to_owned()).await;
            sent.expect("in one process");
            for client in &mut crowd.clients {
                client.take(1).await;
            }
        });
    })
}

/// The same to a group that all are in.
pub(super) fn to_group(size: usize) -> Box<dyn FnMut()> {
    let mut crowd = Crowd::gather(size);
    crowd.group(size);
    let hub = crowd.hub();
    Box::new(move || {
        crowd.runtime.block_on(async {
            let sent = hub.clients().group(GROUP).receive(TEXT.to_owned()).await;
            sent.expect("in one process");
            for client in &mut crowd.clients {
                client.take(1).await;
            }
        });
    })
}

/// One message to one user among so many.
pub(super) fn to_user(size: usize) -> Box<dyn FnMut()> {
    let mut crowd = Crowd::gather(size);
    let hub = crowd.hub();
    let middle = size / 2;
    let user = format!("user-{middle}");
    Box::new(move || {
        crowd.runtime.block_on(async {
            let sent = hub.clients().user(&user).receive(TEXT.to_owned()).await;
            sent.expect("in one process");
            crowd.clients[middle].take(1).await;
        });
    })
}

/// One more joins a group of so many, and leaves it.
pub(super) fn join_and_leave(size: usize) -> Box<dyn FnMut()> {
    let crowd = Crowd::gather(size + 1);
    crowd.group(size);
    let hub = crowd.hub();
    let all = hub.connections().list();
    let members: HashSet<_> = hub
        .connections()
        .in_group(GROUP)
        .iter()
        .map(|member| member.id().to_owned())
        .collect();
    let other = all.iter().find(|one| !members.contains(one.id()));
    let other = other.expect("one is outside").id().to_owned();
    Box::new(move || {
        crowd.runtime.block_on(async {
            let joined = hub.groups().add(&other, GROUP).await;
            let left = hub.groups().remove(&other, GROUP).await;
            joined.and(left).expect("in one process");
        });
    })
}
