use std::collections::HashSet;
use std::fmt;
use std::sync::{Arc, Weak};

use bytes::Bytes;

use super::acks::Acks;
use super::channels::ChannelNames;
use super::commands::Commands;
use super::error::BackplaneError;
use super::fleet::Polls;
use super::forwards::Forwards;
use super::health::Counters;
use super::lease::Lease;
use super::link::{Link, LinkGuard, Posted};
use super::payload::{BusInvocation, GroupAction, GroupCommand, ReturnTo};
use super::questions;
use super::registry::{Route, RouteKind};
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
        hub.link.serve(Weak::clone(&hub.me));
        hub
    }

    fn route(&self, kind: RouteKind) -> Route {
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

    async fn lease(&self, channel: Arc<str>, kind: RouteKind) -> Result<Lease, BackplaneError> {
        Lease::take(&self.link, channel, self.route(kind)).await
    }

    fn release(&self, channel: &Arc<str>) {
        self.link.registry().release(channel);
    }

    async fn enter(&self, connection: &Arc<Connection>) -> Result<(), SendError> {
        self.link.ready().await;
        let id: Arc<str> = connection.id().into();
        let channel = self.names.connection(&id);
        let mut leases = vec![self.lease(channel, RouteKind::Connection(id)).await?];
        if let Some(user) = user_of(connection) {
            let channel = self.names.user(user);
            leases.push(self.lease(channel, RouteKind::User(user.into())).await?);
        }
        self.members.connected(connection).await?;
        // Not there if it had left before.
        if self.members.connection(connection.id()).is_some() {
            leases.into_iter().for_each(Lease::keep);
        }
        Ok(())
    }

    fn exit(&self, connection: &Connection) {
        let Some(groups) = self.members.remove(connection) else {
            return;
        };
        self.release(&self.names.connection(connection.id()));
        if let Some(user) = user_of(connection) {
            self.release(&self.names.user(user));
        }
        for group in groups {
            self.release(&self.names.group(&group));
        }
        self.abandon(connection.id(), connection.protocol());
    }

    /// Puts a connection of this server into a group.
    pub(super) async fn join(
        &self,
        connection_id: &str,
        group: &str,
    ) -> Result<(), BackplaneError> {
        if self.members.is_member(connection_id, group) {
            return Ok(());
        }
        let channel = self.names.group(group);
        let lease = self.lease(channel, RouteKind::Group(group.into())).await?;
        if self.members.join(connection_id, group) {
            lease.keep();
        }
        Ok(())
    }

    /// Takes a connection of this server out of a group.
    pub(super) async fn leave(&self, connection_id: &str, group: &str) {
        if self.members.leave(connection_id, group)
            && let Some(settled) = self.link.registry().release(&self.names.group(group))
        {
            // Lost or refused, the group is left all the same.
            let _ = settled.await;
        }
    }

    /// Has another server change a group, and waits until it has.
    async fn command(
        &self,
        action: GroupAction,
        connection_id: Box<str>,
        group: Box<str>,
    ) -> Result<(), SendError> {
        self.link.ready().await;
        let mut ack = self.acks.expect();
        let holder = self.names.connection(&connection_id);
        let command = GroupCommand {
            id: ack.id,
            server: self.server.clone(),
            action,
            group,
            connection_id,
        };
        let channel = self.names.group_commands();
        let posted = self.link.post(channel, command.write()).await?;
        let lost = posted.lost.clone();
        let limit = self.link.options().ack_timeout;
        let acknowledged = async {
            posted.accepted().await?;
            // Who is subscribed to the connection's channel has it; without one nobody answers.
            tokio::select! {
                biased;
                () = ack.acknowledged() => Ok(()),
                () = self.link.nobody(&holder) => Ok(()),
                () = lost.cancelled() => Err(BackplaneError::Lost),
            }
        };
        match tokio::time::timeout(limit, acknowledged).await {
            Ok(outcome) => Ok(outcome?),
            Err(_) => Err(BackplaneError::NotAcknowledged(limit).into()),
        }
    }

    async fn change(
        &self,
        action: GroupAction,
        connection_id: Box<str>,
        group: Box<str>,
    ) -> Result<(), SendError> {
        if self.members.connection(&connection_id).is_none() {
            return self.command(action, connection_id, group).await;
        }
        match action {
            GroupAction::Add => self.join(&connection_id, &group).await?,
            GroupAction::Remove => self.leave(&connection_id, &group).await,
        }
        Ok(())
    }

    /// Publishes a message and serves the own clients, without waiting for Redis to do so.
    async fn publish(
        &self,
        channel: Arc<str>,
        payload: Bytes,
        to: Recipients,
        message: &EncodedMessage,
    ) -> Result<Option<Posted>, SendError> {
        match self.link.post(channel, payload).await {
            Ok(posted) => {
                if posted.is_echoed {
                    self.members.send(to, message.clone()).await?;
                }
                Ok(Some(posted))
            }
            Err(error) => {
                self.members.send(to, message.clone()).await?;
                Err(error.into())
            }
        }
    }

    async fn send_to(&self, to: Recipients, message: EncodedMessage) -> Result<(), SendError> {
        self.link.ready().await;
        let mut sending = Sending::default();
        match &to {
            Recipients::All | Recipients::AllExcept(_) => {
                let payload = BusInvocation::write(excluded(&to), &message, None);
                let channel = self.names.all();
                sending.add(self.publish(channel, payload, to, &message).await);
            }
            Recipients::Group(name) | Recipients::GroupExcept(name, _) => {
                let payload = BusInvocation::write(excluded(&to), &message, None);
                let channel = self.names.group(name);
                sending.add(self.publish(channel, payload, to, &message).await);
            }
            Recipients::Groups(names) => {
                if names.iter().any(|name| name.is_empty()) {
                    return Err(SendError::Invalid("Cannot send to an empty group name."));
                }
                let payload = BusInvocation::write(&[], &message, None);
                for name in names.iter() {
                    let channel = self.names.group(name);
                    let to = Recipients::Group((**name).into());
                    sending.add(self.publish(channel, payload.clone(), to, &message).await);
                }
            }
            Recipients::User(_) | Recipients::Users(_) => {
                let payload = BusInvocation::write(&[], &message, None);
                for user in distinct(&to).into_iter().filter(|user| !user.is_empty()) {
                    let channel = self.names.user(user);
                    let to = Recipients::User(user.into());
                    sending.add(self.publish(channel, payload.clone(), to, &message).await);
                }
            }
            Recipients::Connection(_) | Recipients::Connections(_) => {
                let mut payload = None;
                for id in distinct(&to) {
                    let to = Recipients::Connection(id.into());
                    if self.members.connection(id).is_some() {
                        self.members.send(to, message.clone()).await?;
                        continue;
                    }
                    let payload = payload
                        .get_or_insert_with(|| BusInvocation::write(&[], &message, None))
                        .clone();
                    let posted = self.link.post(self.names.connection(id), payload).await;
                    sending.add(posted.map(Some).map_err(SendError::from));
                }
            }
        }
        sending.finish().await
    }
}

/// Messages under way; the first failure counts, but the others are sent all the same.
#[derive(Default)]
struct Sending {
    posted: Vec<Posted>,
    failed: Option<SendError>,
}

impl Sending {
    fn add(&mut self, posted: Result<Option<Posted>, SendError>) {
        match posted {
            Ok(posted) => self.posted.extend(posted),
            Err(error) => {
                self.failed.get_or_insert(error);
            }
        }
    }

    async fn finish(mut self) -> Result<(), SendError> {
        for posted in self.posted {
            if let Err(error) = posted.accepted().await {
                self.failed.get_or_insert(error.into());
            }
        }
        self.failed.map_or(Ok(()), Err)
    }
}

fn user_of(connection: &Connection) -> Option<&str> {
    connection.user_id().filter(|user| !user.is_empty())
}

fn excluded(to: &Recipients) -> &[Box<str>] {
    match to {
        Recipients::AllExcept(ids) | Recipients::GroupExcept(_, ids) => ids,
        _ => &[],
    }
}

/// The names in `to`, each once, in their order.
fn distinct(to: &Recipients) -> Vec<&str> {
    let names: &[Box<str>] = match to {
        Recipients::Connection(name) | Recipients::User(name) => return vec![name],
        Recipients::Connections(names) | Recipients::Users(names) => names,
        _ => &[],
    };
    let mut seen = HashSet::new();
    names
        .iter()
        .map(AsRef::as_ref)
        .filter(|name| seen.insert(*name))
        .collect()
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
