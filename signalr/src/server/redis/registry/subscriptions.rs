//! What Redis has to be asked for, and what it has said.

use std::sync::Arc;

use super::Registry;
use super::channel::Phase;
use crate::connection::lock;
use crate::server::redis::error::BackplaneError;

/// What the subscriber has to do next.
#[derive(Default)]
pub(in crate::server::redis) struct Work {
    pub(in crate::server::redis) subscribe: Vec<Arc<str>>,
    pub(in crate::server::redis) unsubscribe: Vec<Arc<str>>,
}

impl Registry {
    /// Takes up to `limit` channels whose subscription has to change.
    pub(in crate::server::redis) fn work(&self, limit: usize) -> Work {
        let mut inner = lock(&self.inner);
        let mut work = Work::default();
        while work.subscribe.len() + work.unsubscribe.len() < limit
            && let Some(name) = inner.unsettled.pop_front()
        {
            let Some(channel) = inner.channels.get_mut(&name) else {
                continue;
            };
            channel.is_unsettled = false;
            match (channel.phase, channel.uses) {
                (Phase::Unsubscribed | Phase::Refused, 1..) => {
                    channel.phase = Phase::Changing;
                    work.subscribe.push(name);
                }
                // The last answer of Redis brings it back here.
                (Phase::Subscribed, 0) if channel.in_flight > 0 => {}
                (Phase::Subscribed, 0) => {
                    channel.phase = Phase::Changing;
                    work.unsubscribe.push(name);
                }
                (Phase::Unsubscribed | Phase::Refused, 0) => {
                    channel.settle(&Ok(()));
                    inner.channels.remove(&name);
                }
                // Looked at again when the change is done.
                (Phase::Changing, _) => {}
                (Phase::Subscribed, 1..) => channel.settle(&Ok(())),
            }
        }
        work
    }

    /// Whether the server is no part of the fleet without this channel.
    pub(in crate::server::redis) fn is_essential(&self, name: &str) -> bool {
        let inner = lock(&self.inner);
        let channel = inner.channels.get(name);
        channel.is_some_and(|channel| channel.route.kind.is_essential())
    }

    /// Redis has confirmed the subscriptions.
    pub(in crate::server::redis) fn subscribed(&self, names: &[Arc<str>]) {
        self.changed(names, Phase::Subscribed);
    }

    /// Redis has given up the subscriptions.
    pub(in crate::server::redis) fn unsubscribed(&self, names: &[Arc<str>]) {
        self.changed(names, Phase::Unsubscribed);
    }

    /// Redis refuses a channel; whoever waits for it is told, and it is not tried again until
    /// somebody else needs it, or on the next connection.
    pub(in crate::server::redis) fn refused(&self, name: &Arc<str>, text: &str) {
        let refused = Err(BackplaneError::Refused(text.to_owned()));
        let mut inner = lock(&self.inner);
        if let Some(channel) = inner.channels.get_mut(name) {
            channel.phase = Phase::Refused;
            channel.settle(&refused);
            if channel.uses == 0 {
                inner.channels.remove(name);
            }
        }
    }

    fn changed(&self, names: &[Arc<str>], phase: Phase) {
        let mut inner = lock(&self.inner);
        for name in names {
            let Some(channel) = inner.channels.get_mut(name) else {
                continue;
            };
            channel.phase = phase;
            channel.echoes.clear();
            if (channel.uses > 0) == (phase == Phase::Subscribed) {
                channel.settle(&Ok(()));
                if channel.uses == 0 {
                    inner.channels.remove(name);
                }
            } else {
                // Wanted otherwise meanwhile.
                inner.unsettle(name);
            }
        }
        drop(inner);
        self.changed.notify_one();
    }
}
