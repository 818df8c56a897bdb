use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use signalr::server::redis::{RedisHealth, RedisOptions};
use signalr::{CallerContext, HubContext, SignalR, hub};
use tokio::time::sleep;

use super::ledger::{Ledger, Message, Target};
use super::luck::Luck;
use super::{GROUPS, USERS};
use crate::redis_server::RedisServer;

/// Tells each client its id and its user.
pub(super) struct SoakHub;

#[hub]
impl SoakHub {
    pub fn who_am_i(&self, cx: &CallerContext<Self>) -> (String, String) {
        let user = cx.user_id().unwrap_or_default();
        (cx.connection_id().to_owned(), user.to_owned())
    }
}

/// One of the servers.
pub(super) struct Node {
    pub(super) signalr: SignalR,
    pub(super) context: HubContext<SoakHub>,
    pub(super) health: RedisHealth,
}

impl Node {
    pub(super) fn start(redis: &RedisServer) -> Self {
        static USER: AtomicUsize = AtomicUsize::new(0);
        let options = RedisOptions::new(redis.address()).hub_prefix::<SoakHub>("Soak.SoakHub");
        let health = options.health();
        let signalr = SignalR::builder()
            .redis(options)
            // They take turns.
            .user_id_provider(|_| Some(user_name(USER.fetch_add(1, Ordering::Relaxed) % USERS)))
            .hub::<SoakHub>(|_| Ok(SoakHub), |_| {})
            .build()
            .expect("a complete server");
        Self {
            context: signalr.context(),
            signalr,
            health,
        }
    }
}

pub(super) fn group_name(group: usize) -> String {
    format!("group {group}")
}

pub(super) fn user_name(user: usize) -> String {
    format!("user {user}")
}

/// Sends to anybody through any server, and writes it down.
pub(super) async fn send(nodes: Arc<[Node]>, ledger: Arc<Ledger>, mut luck: Luck, end: Instant) {
    while Instant::now() < end {
        let server = luck.below(nodes.len());
        let clients = nodes[server].context.clients();
        let target = match luck.below(100) {
            0 => Target::All,
            1..50 => Target::Group(luck.below(GROUPS)),
            50..75 => Target::User(luck.below(USERS)),
            _ => match ledger.anybody(&mut luck) {
                Some(id) => Target::Connection(id),
                None => continue,
            },
        };
        let number = ledger.next_number();
        let sent = ledger.now();
        let arguments = (number,);
        let outcome = match &target {
            Target::All => clients.all().send("Note", arguments).await,
            Target::Group(group) => {
                let name = group_name(*group);
                clients.group(&name).send("Note", arguments).await
            }
            Target::User(user) => {
                let name = user_name(*user);
                clients.user(&name).send("Note", arguments).await
            }
            Target::Connection(id) => clients.client(id).send("Note", arguments).await,
        };
        ledger.sent(Message {
            number,
            server,
            target,
            sent,
            done: ledger.now(),
            is_accepted: outcome.is_ok(),
        });
        sleep(Duration::from_millis(luck.below(40) as u64)).await;
    }
}
