//! Connections that come and go, and their groups.

use std::sync::Arc;

use super::error::BackplaneError;
use super::lease::Lease;
use super::lifetime::RedisLifetime;
use super::payload::{GroupAction, GroupCommand};
use super::route::RouteKind;
use crate::error::SendError;
use crate::server::Connection;
use crate::server::lifetime::LifetimeManager;

impl RedisLifetime {
    async fn lease(&self, channel: Arc<str>, kind: RouteKind) -> Result<Lease, BackplaneError> {
        Lease::take(self.link(), channel, self.route(kind)).await
    }

    fn release(&self, channel: &Arc<str>) {
        self.link().registry().release(channel);
    }

    pub(super) async fn enter(&self, connection: &Arc<Connection>) -> Result<(), SendError> {
        self.link().ready().await;
        let id: Arc<str> = connection.id().into();
        let channel = self.names().connection(&id);
        let mut leases = vec![self.lease(channel, RouteKind::Connection(id)).await?];
        if let Some(user) = user_of(connection) {
            let channel = self.names().user(user);
            leases.push(self.lease(channel, RouteKind::User(user.into())).await?);
        }
        self.members().connected(connection).await?;
        // Not there if it had left before.
        if self.members().connection(connection.id()).is_some() {
            leases.into_iter().for_each(Lease::keep);
        }
        Ok(())
    }

    pub(super) fn exit(&self, connection: &Connection) {
        let Some(groups) = self.members().remove(connection) else {
            return;
        };
        self.release(&self.names().connection(connection.id()));
        if let Some(user) = user_of(connection) {
            self.release(&self.names().user(user));
        }
        for group in groups {
            self.release(&self.names().group(&group));
        }
        self.abandon(connection.id(), connection.protocol());
    }

    /// Puts a connection of this server into a group.
    pub(super) async fn join(
        &self,
        connection_id: &str,
        group: &str,
    ) -> Result<(), BackplaneError> {
        if self.members().is_member(connection_id, group) {
            return Ok(());
        }
        let channel = self.names().group(group);
        let lease = self.lease(channel, RouteKind::Group(group.into())).await?;
        if self.members().join(connection_id, group) {
            lease.keep();
        }
        Ok(())
    }

    /// Takes a connection of this server out of a group.
    pub(super) async fn leave(&self, connection_id: &str, group: &str) {
        if self.members().leave(connection_id, group)
            && let Some(settled) = self.link().registry().release(&self.names().group(group))
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
        self.link().ready().await;
        let mut ack = self.acks().expect();
        let holder = self.names().connection(&connection_id);
        let command = GroupCommand {
            id: ack.id,
            server: self.server().into(),
            action,
            group,
            connection_id,
        };
        let channel = self.names().group_commands();
        let posted = self.link().post(channel, command.write()).await?;
        let lost = posted.lost.clone();
        let limit = self.link().options().ack_timeout;
        let acknowledged = async {
            posted.accepted().await?;
            // Who is subscribed to the connection's channel has it; without one nobody answers.
            tokio::select! {
                biased;
                () = ack.acknowledged() => Ok(()),
                () = self.link().nobody(&holder) => Ok(()),
                () = lost.cancelled() => Err(BackplaneError::Lost),
            }
        };
        match tokio::time::timeout(limit, acknowledged).await {
            Ok(outcome) => Ok(outcome?),
            Err(_) => Err(BackplaneError::NotAcknowledged(limit).into()),
        }
    }

    pub(super) async fn change(
        &self,
        action: GroupAction,
        connection_id: Box<str>,
        group: Box<str>,
    ) -> Result<(), SendError> {
        if self.members().connection(&connection_id).is_none() {
            return self.command(action, connection_id, group).await;
        }
        match action {
            GroupAction::Add => self.join(&connection_id, &group).await?,
            GroupAction::Remove => self.leave(&connection_id, &group).await,
        }
        Ok(())
    }
}

fn user_of(connection: &Connection) -> Option<&str> {
    connection.user_id().filter(|user| !user.is_empty())
}
