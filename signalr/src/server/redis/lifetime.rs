use std::fmt;
use std::sync::{Arc, Weak};

use bytes::Bytes;

use super::acks::Acks;
use super::channels::ChannelNames;
use super::commands::Commands;
use super::fleet::Polls;
use super::forwards::Forwards;
use super::health::Counters;
use super::link::{Link, LinkGuard};
use super::payload::{GroupAction, ReturnTo};
use super::questions;
use super::route::{Route, RouteKind};
use crate::error::{ClientResultError, SendError};
use crate::server::Connection;
use crate::server::lifetime::{
    Answered, Census, EncodedMessage, InProcess, LifetimeManager, LifetimeResult, PendingAnswers,
    ProtocolSet, RawAnswer, Recipients,
};

/// The lifetime manager of a hub that other servers have too.
pub(super) struct RedisLifetime {
    me: Weak<Self>,
    link: Arc<LinkGuard>,
    members: InProcess,
    names: ChannelNames,
    server: Box<str>,
    protocols: ProtocolSet,
    acks: Acks,
    /// Answers from clients of other servers.
    answers: PendingAnswers,
    forwards: Forwards,
    commands: Commands,
    polls: Polls,
}

impl RedisLifetime {
    pub(super) fn new(
        link: Arc<LinkGuard>,
        names: ChannelNames,
        server: &str,
        protocols: ProtocolSet,
    ) -> Arc<Self> {
        let hub = Arc::new_cyclic(|me: &Weak<Self>| Self {
            me: Weak::clone(me),
            link,
            members: InProcess::default(),
            names,
            server: server.into(),
            protocols,
            acks: Acks::default(),
            answers: PendingAnswers::default(),
            forwards: Forwards::default(),
            commands: Commands::default(),
            polls: Polls::default(),
        });
        for (channel, kind) in [
            (hub.names.all(), RouteKind::All),
            (hub.names.group_commands(), RouteKind::GroupCommands),
            (hub.names.acks(server), RouteKind::Acks),
            (hub.names.returns(), RouteKind::Returns),
            (hub.names.fleet(), RouteKind::Fleet),
            (hub.names.fleet_replies(server), RouteKind::FleetReplies),
        ] {
            // For as long as the link: there is nothing to wait for yet.
            let _ = hub.link.registry().acquire(&channel, hub.route(kind));
        }
        let own = hub.names.acks(server);
        hub.link.serve(Weak::clone(&hub.me), own);
        hub
    }

    pub(super) fn route(&self, kind: RouteKind) -> Route {
        Route {
            hub: Weak::clone(&self.me),
            kind,
        }
    }

    pub(super) fn link(&self) -> &Arc<Link> {
        &self.link
    }

    /// The connections of this server.
    pub(super) fn members(&self) -> &InProcess {
        &self.members
    }

    pub(super) fn names(&self) -> &ChannelNames {
        &self.names
    }

    pub(super) fn server(&self) -> &str {
        &self.server
    }

    pub(super) fn acks(&self) -> &Acks {
        &self.acks
    }

    pub(super) fn answers(&self) -> &PendingAnswers {
        &self.answers
    }

    pub(super) fn forwards(&self) -> &Forwards {
        &self.forwards
    }

    pub(super) fn commands(&self) -> &Commands {
        &self.commands
    }

    pub(super) fn polls(&self) -> &Polls {
        &self.polls
    }

    pub(super) fn counters(&self) -> &Counters {
        self.link.health().count()
    }

    /// Sends what another server waits for.
    pub(super) fn reply(&self, channel: &Arc<str>, payload: Bytes) {
        self.link.post_now(Arc::clone(channel), payload);
    }

    /// The connection to Redis is gone, and with it what others were told of this server.
    pub(super) fn link_lost(&self) {
        self.polls.abandon();
    }
}

impl LifetimeManager for RedisLifetime {
    fn connected(&self, connection: &Arc<Connection>) -> LifetimeResult<'_, Result<(), SendError>> {
        let connection = Arc::clone(connection);
        Box::pin(async move { self.enter(&connection).await })
    }

    fn disconnected(&self, connection: &Arc<Connection>) -> LifetimeResult<'_, ()> {
        self.exit(connection);
        Box::pin(std::future::ready(()))
    }

    fn protocols(&self, to: &Recipients) -> ProtocolSet {
        match to {
            Recipients::Connection(id) if self.members.connection(id).is_some() => {
                self.members.protocols(to)
            }
            _ => self.protocols,
        }
    }

    fn send(
        &self,
        to: Recipients,
        message: EncodedMessage,
    ) -> LifetimeResult<'_, Result<(), SendError>> {
        Box::pin(self.send_to(to, message))
    }

    fn add_to_group(
        &self,
        connection_id: &str,
        group: &str,
    ) -> LifetimeResult<'_, Result<(), SendError>> {
        Box::pin(self.change(GroupAction::Add, connection_id.into(), group.into()))
    }

    fn remove_from_group(
        &self,
        connection_id: &str,
        group: &str,
    ) -> LifetimeResult<'_, Result<(), SendError>> {
        Box::pin(self.change(GroupAction::Remove, connection_id.into(), group.into()))
    }

    fn local(&self) -> &InProcess {
        &self.members
    }

    fn disconnect(
        &self,
        of: Recipients,
        reason: Arc<str>,
    ) -> LifetimeResult<'_, Result<(), SendError>> {
        Box::pin(self.disconnect_everywhere(of, reason))
    }

    fn census(&self, of: Recipients) -> LifetimeResult<'_, Result<Census, SendError>> {
        Box::pin(self.poll(of))
    }

    fn next_question(&self) -> String {
        questions::new_id()
    }

    fn ask(
        &self,
        connection_id: Arc<str>,
        question_id: String,
        message: EncodedMessage,
    ) -> LifetimeResult<'_, Result<RawAnswer, ClientResultError>> {
        if self.members.connection(&connection_id).is_some() {
            return self.members.ask(connection_id, question_id, message);
        }
        Box::pin(self.ask_elsewhere(connection_id, question_id, message))
    }

    fn answer(&self, connection: &Connection, question_id: &str, answer: RawAnswer) -> Answered {
        match self.forwards.take(connection.id(), question_id) {
            Ok(channel) => {
                let return_to = ReturnTo {
                    invocation_id: question_id.into(),
                    channel,
                };
                self.answer_back(connection.protocol(), &return_to, &answer);
                Answered::Taken
            }
            Err(Answered::Unknown) => self.members.answer(connection, question_id, answer),
            Err(other) => other,
        }
    }
}

impl fmt::Debug for RedisLifetime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisLifetime")
            .field("names", &self.names)
            .finish_non_exhaustive()
    }
}
