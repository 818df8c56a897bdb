//! What the other servers send.

use std::sync::Arc;

use bytes::Bytes;

use super::lifetime::RedisLifetime;
use super::payload::{
    BusInvocation, FleetAsk, FleetReply, ForwardedAnswer, GroupCommand, Malformed, ReturnTo,
    read_ack,
};
use super::route::RouteKind;
use super::transcode;
use crate::protocol::HubProtocol;
use crate::server::lifetime::{EncodedMessage, RawAnswer, Recipients};

impl RedisLifetime {
    /// Takes a message from Redis. Never waits: all other messages come behind it.
    pub(super) fn incoming(self: &Arc<Self>, kind: RouteKind, payload: &Bytes) {
        let taken = match kind {
            RouteKind::All
            | RouteKind::Group(_)
            | RouteKind::User(_)
            | RouteKind::Connection(_) => {
                BusInvocation::read(payload).map(|invocation| self.invocation(kind, invocation))
            }
            RouteKind::GroupCommands => self.group_command(payload),
            RouteKind::Acks => read_ack(payload).map(|id| self.acks().acknowledged(id)),
            RouteKind::Returns => ForwardedAnswer::read(payload).map(|forwarded| {
                if !self
                    .answers()
                    .forwarded(&forwarded.question_id, forwarded.answer)
                {
                    tracing::debug!(id = %forwarded.question_id, "an answer that nobody waits for");
                }
            }),
            RouteKind::Fleet => FleetAsk::read(payload).map(|ask| {
                if let Some(ask) = ask {
                    self.asked(ask);
                }
            }),
            RouteKind::FleetReplies => FleetReply::read(payload).map(|reply| {
                if !self.polls().replied(reply) {
                    self.counters().dropped.add(1);
                    tracing::warn!("too many answers of other servers; dropped one");
                }
            }),
        };
        if let Err(error) = taken {
            self.malformed(&error, payload);
        }
    }

    fn malformed(&self, error: &Malformed, payload: &Bytes) {
        self.counters().malformed.add(1);
        tracing::warn!(
            %error,
            payload = %payload[..payload.len().min(200)].escape_ascii(),
            "dropped a payload that cannot be read"
        );
    }

    fn invocation(&self, kind: RouteKind, invocation: BusInvocation) {
        let BusInvocation {
            excluded,
            message,
            return_to,
        } = invocation;
        let to = match kind {
            RouteKind::Group(name) if excluded.is_empty() => Recipients::Group(name),
            RouteKind::Group(name) => Recipients::GroupExcept(name, excluded.into()),
            RouteKind::User(id) => Recipients::User(id),
            RouteKind::Connection(id) => {
                if let Some(return_to) = &return_to
                    && !self.expect_answer(&id, return_to)
                {
                    return;
                }
                Recipients::Connection(id)
            }
            _ if excluded.is_empty() => Recipients::All,
            _ => Recipients::AllExcept(excluded.into()),
        };
        let mut message = self.complete(message);
        if return_to.is_some() {
            message = message.asking();
        }
        let backlog = self.link().options().client_backlog;
        let let_go = self.members().deliver(&to, message, backlog);
        self.counters().slow_clients.add(let_go);
    }

    /// The message in all protocols that clients of this server speak.
    fn complete(&self, mut message: EncodedMessage) -> EncodedMessage {
        let in_use = self.members().protocols_in_use();
        for &protocol in HubProtocol::ALL {
            if !in_use.contains(protocol) || message.get(protocol).is_some() {
                continue;
            }
            match transcode::into(protocol, &message) {
                Some(bytes) => message = message.with(protocol, bytes),
                None => {
                    self.counters().untranslatable.add(1);
                    tracing::warn!(
                        protocol = protocol.name(),
                        "another server sent a message without a form for this protocol"
                    );
                }
            }
        }
        message
    }

    /// Remembers where the answer goes; `false` if the question must not reach the client.
    fn expect_answer(&self, connection_id: &str, return_to: &ReturnTo) -> bool {
        let connection = self.members().connection(connection_id);
        let protocol = connection
            .as_ref()
            .map_or(HubProtocol::Json, |connection| connection.protocol());
        let refused = match &connection {
            None => "Connection disconnected.",
            Some(connection) => match self.forwards().add(connection_id, return_to) {
                // It may have left before the question was noted.
                Ok(()) if connection.aborted().is_cancelled() => {
                    self.abandon(connection_id, protocol);
                    return false;
                }
                Ok(()) => return true,
                Err(why) => why.text(),
            },
        };
        self.answer_back(protocol, return_to, &RawAnswer::Error(refused.to_owned()));
        false
    }

    /// Tells those who asked a connection that it is gone.
    pub(super) fn abandon(&self, connection_id: &str, protocol: HubProtocol) {
        for return_to in self.forwards().abandon(connection_id) {
            let gone = RawAnswer::Error("Connection disconnected.".to_owned());
            self.answer_back(protocol, &return_to, &gone);
        }
    }

    pub(super) fn answer_back(
        &self,
        protocol: HubProtocol,
        return_to: &ReturnTo,
        answer: &RawAnswer,
    ) {
        let payload = ForwardedAnswer::write(protocol, &return_to.invocation_id, answer);
        self.reply(&self.names().addressed(&return_to.channel), payload);
    }

    fn group_command(self: &Arc<Self>, payload: &Bytes) -> Result<(), Malformed> {
        let Some(command) = GroupCommand::read(payload)? else {
            return Ok(());
        };
        if self.members().connection(&command.connection_id).is_some()
            && !self.commands().push(self, command)
        {
            self.counters().dropped.add(1);
            tracing::warn!("too many group commands of other servers; dropped one");
        }
        Ok(())
    }
}
