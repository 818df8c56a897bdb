//! A backend as anybody could write one: servers in one process, joined by a list.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, Weak};

use signalr::server::Connection;
use signalr::server::lifetime::spec::Fleet;
use signalr::server::lifetime::{
    Answered, Census, EncodedMessage, InProcess, LifetimeManager, LifetimeResult, ProtocolSet,
    RawAnswer, Recipients,
};
use signalr::{ClientResultError, HubProtocol, SendError};

#[derive(Default)]
pub(crate) struct Bus {
    nodes: Mutex<Vec<Weak<Node>>>,
    questions: AtomicU64,
}

struct Node {
    bus: Arc<Bus>,
    members: InProcess,
}

impl Bus {
    pub(crate) fn fleet(count: usize) -> Fleet {
        let bus = Arc::new(Self::default());
        Fleet::new((0..count).map(|_| {
            let node = Arc::new(Node {
                bus: Arc::clone(&bus),
                members: InProcess::default(),
            });
            bus.nodes
                .lock()
                .expect("no panic")
                .push(Arc::downgrade(&node));
            node as Arc<dyn LifetimeManager>
        }))
    }

    fn nodes(&self) -> Vec<Arc<Node>> {
        let nodes = self.nodes.lock().expect("no panic");
        nodes.iter().filter_map(Weak::upgrade).collect()
    }

    fn holder(&self, connection_id: &str) -> Option<Arc<Node>> {
        let holds = |node: &Arc<Node>| node.members.connection(connection_id).is_some();
        self.nodes().into_iter().find(holds)
    }
}

fn ready<'a, T: Send + 'a>(value: T) -> LifetimeResult<'a, T> {
    Box::pin(std::future::ready(value))
}

impl LifetimeManager for Node {
    fn connected(&self, connection: &Arc<Connection>) -> LifetimeResult<'_, Result<(), SendError>> {
        self.members.connected(connection)
    }

    fn disconnected(&self, connection: &Arc<Connection>) -> LifetimeResult<'_, ()> {
        self.members.disconnected(connection)
    }

    fn protocols(&self, _: &Recipients) -> ProtocolSet {
        ProtocolSet::of(HubProtocol::ALL)
    }

    fn send(
        &self,
        to: Recipients,
        message: EncodedMessage,
    ) -> LifetimeResult<'_, Result<(), SendError>> {
        Box::pin(async move {
            self.members.send(to.clone(), message.clone()).await?;
            for node in self.bus.nodes() {
                if !std::ptr::eq(&*node, self) {
                    node.members.deliver(&to, message.clone(), 1 << 20);
                }
            }
            Ok(())
        })
    }

    fn add_to_group(
        &self,
        connection_id: &str,
        group: &str,
    ) -> LifetimeResult<'_, Result<(), SendError>> {
        if let Some(node) = self.bus.holder(connection_id) {
            node.members.join(connection_id, group);
        }
        ready(Ok(()))
    }

    fn remove_from_group(
        &self,
        connection_id: &str,
        group: &str,
    ) -> LifetimeResult<'_, Result<(), SendError>> {
        if let Some(node) = self.bus.holder(connection_id) {
            node.members.leave(connection_id, group);
        }
        ready(Ok(()))
    }

    fn local(&self) -> &InProcess {
        &self.members
    }

    fn disconnect(
        &self,
        of: Recipients,
        reason: Arc<str>,
    ) -> LifetimeResult<'_, Result<(), SendError>> {
        let ended = self
            .bus
            .nodes()
            .iter()
            .try_for_each(|node| node.members.end_connections(&of, &reason));
        ready(ended)
    }

    fn census(&self, of: Recipients) -> LifetimeResult<'_, Result<Census, SendError>> {
        let nodes = self.bus.nodes();
        let mut censuses = nodes.iter().map(|node| Census::of(&node.members, &of));
        let mut sum = censuses.next().expect("this server");
        for census in censuses {
            if let (Ok(sum), Ok(census)) = (&mut sum, census) {
                sum.count += census.count;
                sum.servers += census.servers;
                sum.connection_ids.extend(census.connection_ids);
            }
        }
        ready(sum)
    }

    fn next_question(&self) -> String {
        self.bus
            .questions
            .fetch_add(1, Ordering::Relaxed)
            .to_string()
    }

    fn ask(
        &self,
        connection_id: Arc<str>,
        question_id: String,
        message: EncodedMessage,
    ) -> LifetimeResult<'_, Result<RawAnswer, ClientResultError>> {
        Box::pin(async move {
            match self.bus.holder(&connection_id) {
                Some(node) => {
                    let asked = node.members.ask(connection_id, question_id, message);
                    asked.await
                }
                None => Err(ClientResultError::UnknownConnection(
                    connection_id.to_string(),
                )),
            }
        })
    }

    fn answer(&self, connection: &Connection, question_id: &str, answer: RawAnswer) -> Answered {
        self.members.answer(connection, question_id, answer)
    }
}
