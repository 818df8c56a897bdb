use std::sync::{Arc, Weak};

use super::lifetime::RedisLifetime;

/// What a channel is for.
#[derive(Debug, Clone)]
pub(super) struct Route {
    pub(super) hub: Weak<RedisLifetime>,
    pub(super) kind: RouteKind,
}

#[derive(Debug, Clone)]
pub(super) enum RouteKind {
    All,
    GroupCommands,
    Acks,
    Returns,
    Fleet,
    FleetReplies,
    Connection(Arc<str>),
    Group(Arc<str>),
    User(Arc<str>),
}

impl RouteKind {
    /// Whether the server is no part of the fleet without the channel.
    pub(super) fn is_essential(&self) -> bool {
        !matches!(self, Self::Connection(_) | Self::Group(_) | Self::User(_))
    }
}
