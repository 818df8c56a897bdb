use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use super::lifetime::RedisLifetime;
use super::payload::{GroupAction, GroupCommand, write_ack};
use crate::connection::lock;

/// How many commands may wait.
const MOST: usize = 10_000;

/// What other servers want done with groups, in their order.
#[derive(Default)]
pub(super) struct Commands(Mutex<Queue>);

#[derive(Default)]
struct Queue {
    waiting: VecDeque<GroupCommand>,
    is_running: bool,
}

impl Commands {
    /// Adds a command for a connection of this server; `false` if too many wait.
    pub(super) fn push(&self, hub: &Arc<RedisLifetime>, command: GroupCommand) -> bool {
        let mut queue = lock(&self.0);
        if queue.waiting.len() >= MOST {
            return false;
        }
        queue.waiting.push_back(command);
        if !std::mem::replace(&mut queue.is_running, true) {
            tokio::spawn(run(Arc::clone(hub)));
        }
        true
    }

    fn next(&self) -> Option<GroupCommand> {
        let mut queue = lock(&self.0);
        let next = queue.waiting.pop_front();
        queue.is_running = next.is_some();
        next
    }
}

async fn run(hub: Arc<RedisLifetime>) {
    while let Some(command) = hub.commands().next() {
        let (connection, group) = (&*command.connection_id, &*command.group);
        let done = match command.action {
            GroupAction::Add => hub.join(connection, group).await,
            GroupAction::Remove => {
                hub.leave(connection, group).await;
                Ok(())
            }
        };
        match done {
            Ok(()) => hub.reply(&hub.names().acks(&command.server), write_ack(command.id)),
            // Not acknowledged: the other server finds out by its time-out.
            Err(error) => {
                tracing::error!(connection, group, %error, "joining a group for another server failed");
            }
        }
    }
}
