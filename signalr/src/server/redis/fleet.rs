//! What servers of this project do for each other and ASP.NET Core has no words for. Servers of
//! the other kind do not hear of it.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::sync::mpsc::error::TrySendError;

use super::lifetime::RedisLifetime;
use super::payload::{FleetAsk, FleetReply, Question, Selection};
use crate::connection::lock;
use crate::error::SendError;
use crate::server::lifetime::{Census, Recipients};

/// How long the servers have to answer.
const PATIENCE: Duration = Duration::from_secs(2);

/// How many answers to one question may wait to be read.
const REPLIES: usize = 1024;

/// The questions to the fleet that wait for answers.
#[derive(Default)]
pub(super) struct Polls(Mutex<Inner>);

#[derive(Default)]
struct Inner {
    last: i32,
    waiting: HashMap<i32, mpsc::Sender<FleetReply>>,
}

struct Poll<'a> {
    all: &'a Polls,
    id: i32,
    replies: mpsc::Receiver<FleetReply>,
}

impl Polls {
    fn begin(&self) -> Poll<'_> {
        let (sender, replies) = mpsc::channel(REPLIES);
        let mut inner = lock(&self.0);
        inner.last = inner.last.wrapping_add(1).max(1);
        let id = inner.last;
        inner.waiting.insert(id, sender);
        Poll {
            all: self,
            id,
            replies,
        }
    }

    /// Takes a server's answer; `false` if more wait to be read than there can be servers.
    pub(super) fn replied(&self, reply: FleetReply) -> bool {
        lock(&self.0)
            .waiting
            .get(&reply.id)
            .is_none_or(|waiting| !matches!(waiting.try_send(reply), Err(TrySendError::Full(_))))
    }

    /// No more answers will come.
    pub(super) fn abandon(&self) {
        lock(&self.0).waiting.clear();
    }
}

impl Drop for Poll<'_> {
    fn drop(&mut self) {
        lock(&self.all.0).waiting.remove(&self.id);
    }
}

impl Selection {
    fn of_recipients(to: &Recipients) -> Self {
        let one = |name: &Arc<str>| vec![(**name).into()];
        match to {
            Recipients::All => Self::All,
            Recipients::AllExcept(ids) => Self::AllExcept(ids.to_vec()),
            Recipients::Connection(id) => Self::Connections(one(id)),
            Recipients::Connections(ids) => Self::Connections(ids.to_vec()),
            Recipients::Group(name) => Self::Groups(one(name)),
            Recipients::Groups(names) => Self::Groups(names.to_vec()),
            Recipients::GroupExcept(name, ids) => {
                Self::GroupExcept(one(name).into_iter().chain(ids.iter().cloned()).collect())
            }
            Recipients::User(id) => Self::Users(one(id)),
            Recipients::Users(ids) => Self::Users(ids.to_vec()),
        }
    }

    fn into_recipients(self) -> Option<Recipients> {
        Some(match self {
            Self::All => Recipients::All,
            Self::Connections(ids) => Recipients::Connections(ids.into()),
            Self::Groups(names) => Recipients::Groups(names.into()),
            Self::Users(ids) => Recipients::Users(ids.into()),
            Self::AllExcept(ids) => Recipients::AllExcept(ids.into()),
            Self::GroupExcept(names) => {
                let (group, ids) = names.split_first()?;
                Recipients::GroupExcept((**group).into(), ids.into())
            }
        })
    }
}

impl RedisLifetime {
    async fn ask_fleet(&self, id: i32, question: Question) -> Result<i64, SendError> {
        let ask = FleetAsk {
            id,
            server: self.server().into(),
            question,
        };
        let posted = self.link().post(self.names().fleet(), ask.write()).await?;
        Ok(posted.accepted().await?)
    }

    pub(super) async fn disconnect_everywhere(
        &self,
        of: Recipients,
        reason: Arc<str>,
    ) -> Result<(), SendError> {
        self.members().end_connections(&of, &reason)?;
        if let Recipients::Connection(id) = &of
            && self.members().connection(id).is_some()
        {
            return Ok(());
        }
        self.link().ready().await;
        let selection = Selection::of_recipients(&of);
        let question = Question::Disconnect(selection, (*reason).into());
        self.ask_fleet(0, question).await?;
        Ok(())
    }

    /// Asks every server for its connections, and waits a while for those that do not answer.
    pub(super) async fn poll(&self, of: Recipients) -> Result<Census, SendError> {
        let mut census = Census::of(self.members(), &of)?;
        self.link().ready().await;
        let mut poll = self.polls().begin();
        let question = Question::List(Selection::of_recipients(&of), true);
        // This server is one of those that are subscribed, and does not answer itself.
        let others = self.ask_fleet(poll.id, question).await? - 1;
        let gather = async {
            let mut heard = HashSet::new();
            while (heard.len() as i64) < others
                && let Some(reply) = poll.replies.recv().await
            {
                if heard.insert(reply.server) {
                    census.servers += 1;
                    census.count += reply.count;
                    census.connection_ids.extend(reply.ids);
                }
            }
            heard.len() as i64 >= others
        };
        let all = tokio::time::timeout(PATIENCE, gather).await;
        census.is_complete = all.unwrap_or(false);
        Ok(census)
    }

    /// Another server wants something, or this one hears itself.
    pub(super) fn asked(self: &Arc<Self>, ask: FleetAsk) {
        if *ask.server == *self.server() {
            return;
        }
        match ask.question {
            Question::Disconnect(selection, reason) => {
                if let Some(of) = selection.into_recipients() {
                    // Whoever asked has checked the names.
                    let _ = self.members().end_connections(&of, &reason);
                }
            }
            Question::List(selection, wants_ids) => {
                let census = selection
                    .into_recipients()
                    .and_then(|of| Census::of(self.members(), &of).ok())
                    .unwrap_or_default();
                let reply = FleetReply {
                    id: ask.id,
                    server: self.server().into(),
                    count: census.count,
                    ids: if wants_ids {
                        census.connection_ids
                    } else {
                        Vec::new()
                    },
                };
                self.reply(&self.names().fleet_replies(&ask.server), reply.write());
            }
        }
    }
}
