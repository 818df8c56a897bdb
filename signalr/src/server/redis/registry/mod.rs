//! Which channels this server needs, which of them Redis has confirmed, and which of its own
//! messages are on their way back.
//!
//! One lock guards all of it, so that three things happen at once for those who look: a message is
//! put into the publisher's queue, it is decided whether Redis will send it back, and the copy to
//! come is noted. A copy comes back if and only if the channel was subscribed when Redis got the
//! message. That is known for certain, because a channel counts as subscribed only after Redis has
//! confirmed it, and is given up only after Redis has answered everything published to it.

mod channel;
mod subscriptions;
#[cfg(test)]
mod tests;

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use tokio::sync::{Notify, oneshot};

use super::error::BackplaneError;
use super::route::Route;
use super::session::{Answered, Publish, Session};
use crate::connection::lock;
use channel::{Channel, Echo, Phase};

pub(super) type Settled = oneshot::Receiver<Result<(), BackplaneError>>;

#[derive(Default)]
pub(super) struct Registry {
    inner: Mutex<Inner>,
    /// There is something to subscribe to or to give up.
    pub(super) changed: Notify,
}

#[derive(Default)]
struct Inner {
    channels: HashMap<Arc<str>, Channel>,
    /// The channels whose subscription may not be what it should be.
    unsettled: VecDeque<Arc<str>>,
    session: Option<Session>,
    generation: u64,
    echoes: u64,
}

impl Inner {
    fn unsettle(&mut self, name: &Arc<str>) {
        if let Some(channel) = self.channels.get_mut(name)
            && !std::mem::replace(&mut channel.is_unsettled, true)
        {
            self.unsettled.push_back(Arc::clone(name));
        }
    }
}

impl Registry {
    /// Needs a channel once more. Without a connection there is nothing to wait for: it will be
    /// subscribed with all others when there is one.
    pub(super) fn acquire(&self, name: &Arc<str>, route: Route) -> Option<Settled> {
        let mut inner = lock(&self.inner);
        let has_session = inner.session.is_some();
        let channel = inner
            .channels
            .entry(Arc::clone(name))
            .or_insert_with(|| Channel::new(route));
        channel.uses += 1;
        if channel.phase == Phase::Subscribed {
            // Whoever had just left it need not wait for the end of a subscription that stays.
            channel.settle(&Ok(()));
            return None;
        }
        let settled = has_session.then(|| channel.wait());
        inner.unsettle(name);
        drop(inner);
        self.changed.notify_one();
        settled
    }

    /// Needs a channel once less; where it was the last time, Redis is told.
    pub(super) fn release(&self, name: &Arc<str>) -> Option<Settled> {
        let mut inner = lock(&self.inner);
        let has_session = inner.session.is_some();
        let channel = inner.channels.get_mut(name)?;
        channel.uses = channel.uses.saturating_sub(1);
        if channel.uses > 0 {
            return None;
        }
        let settled = has_session.then(|| channel.wait());
        inner.unsettle(name);
        drop(inner);
        self.changed.notify_one();
        settled
    }

    /// A new connection: messages of older ones count no more.
    pub(super) fn begin(&self) -> u64 {
        let mut inner = lock(&self.inner);
        inner.generation += 1;
        inner.generation
    }

    /// Opens the registry to senders, unless a channel has still to be subscribed.
    pub(super) fn open(&self, session: &Session) -> bool {
        let mut inner = lock(&self.inner);
        let is_settled = inner.unsettled.is_empty();
        if is_settled {
            inner.session = Some(session.clone());
        }
        is_settled
    }

    /// The connection is lost: nothing that was under way comes back, and every channel has to be
    /// subscribed again.
    pub(super) fn close(&self) {
        let mut inner = lock(&self.inner);
        inner.session = None;
        inner.generation += 1;
        inner.unsettled.clear();
        inner.channels.retain(|_, channel| {
            channel.phase = Phase::Unsubscribed;
            channel.in_flight = 0;
            channel.echoes.clear();
            channel.is_unsettled = channel.uses > 0;
            channel.settle(&Ok(()));
            channel.uses > 0
        });
        let names: Vec<_> = inner.channels.keys().cloned().collect();
        inner.unsettled.extend(names);
    }

    /// Puts a message into the publisher's queue. Whether clients of this server have to be served
    /// without it, because its copy will be known for the own one, or because none comes.
    ///
    /// Where nobody needs the channel any more there is nobody to serve, and nothing to remember:
    /// what is published without a pause must not keep a subscription from being given up.
    pub(super) fn post(&self, mut publish: Publish) -> Result<(bool, Session), BackplaneError> {
        let mut inner = lock(&self.inner);
        let Inner {
            channels,
            session,
            echoes,
            ..
        } = &mut *inner;
        let session = session.as_ref().ok_or(BackplaneError::Unavailable)?;
        let channel = channels
            .get_mut(&publish.channel)
            .filter(|channel| channel.uses > 0);
        let phase = channel.as_ref().map(|channel| channel.phase);
        if let Some(channel) = channel
            && channel.phase == Phase::Subscribed
        {
            *echoes += 1;
            publish.echo = Some(*echoes);
            channel.in_flight += 1;
            channel.echoes.push_back(Echo {
                number: *echoes,
                payload: publish.payload.clone(),
                returned: publish.returned.take(),
                _permit: Arc::clone(&publish.permit),
            });
        }
        session
            .queue
            .send(publish)
            .map_err(|_| BackplaneError::Unavailable)?;
        let serve_own = matches!(phase, Some(Phase::Subscribed | Phase::Refused));
        Ok((serve_own, session.clone()))
    }

    /// Redis has answered messages of the connection `generation`.
    pub(super) fn answered(&self, generation: u64, answers: impl Iterator<Item = Answered>) {
        let mut inner = lock(&self.inner);
        if inner.generation != generation {
            return;
        }
        let mut is_due = false;
        for Answered {
            channel: name,
            echo,
            accepted,
        } in answers
        {
            let Some(channel) = inner.channels.get_mut(&name) else {
                continue;
            };
            channel.in_flight -= 1;
            if !accepted {
                channel.echoes.retain(|waiting| waiting.number != echo);
            }
            if channel.in_flight == 0 && channel.uses == 0 {
                inner.unsettle(&name);
                is_due = true;
            }
        }
        drop(inner);
        if is_due {
            self.changed.notify_one();
        }
    }

    /// A message has come over the connection `generation`: where it goes, unless it is an own one
    /// that comes back.
    ///
    /// Own messages to a channel come back in their order. Where another server publishes the same
    /// bytes, it does not matter which of the two is taken for the own one.
    pub(super) fn receive(&self, generation: u64, name: &str, payload: &Bytes) -> Received {
        let mut inner = lock(&self.inner);
        if inner.generation != generation {
            return Received::Unknown;
        }
        let Some(channel) = inner.channels.get_mut(name) else {
            return Received::Unknown;
        };
        let is_own = channel
            .echoes
            .front()
            .is_some_and(|echo| echo.payload == *payload);
        if is_own && let Some(echo) = channel.echoes.pop_front() {
            let Some(returned) = echo.returned else {
                return Received::Echo;
            };
            let _ = returned.send(());
            return Received::Probe;
        }
        Received::Message(channel.route.clone())
    }
}

pub(super) enum Received {
    Message(Route),
    /// An own message that came back.
    Echo,
    /// One that was sent for nothing else.
    Probe,
    /// Nobody here needs it any more.
    Unknown,
}
