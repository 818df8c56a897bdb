//! Which channels this server needs, which of them Redis has confirmed, and which of its own
//! messages are on their way back.
//!
//! One lock guards all of it, so that three things happen at once for those who look: a message is
//! put into the publisher's queue, it is decided whether Redis will send it back, and the copy to
//! come is noted. A copy comes back if and only if the channel was subscribed when Redis got the
//! message. That is known for certain, because a channel counts as subscribed only after Redis has
//! confirmed it, and is given up only after Redis has answered everything published to it.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, Weak};

use bytes::Bytes;
use tokio::sync::{Notify, OwnedSemaphorePermit, mpsc, oneshot};
use tokio_util::sync::CancellationToken;

use super::error::BackplaneError;
use super::lifetime::RedisLifetime;
use crate::connection::lock;

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

/// A message for Redis.
pub(super) struct Publish {
    pub(super) channel: Arc<str>,
    pub(super) payload: Bytes,
    /// The number of the copy that will come back.
    pub(super) echo: Option<u64>,
    pub(super) done: oneshot::Sender<Result<i64, BackplaneError>>,
    /// Room in the window, free once Redis has answered and the copy is back.
    pub(super) permit: Arc<OwnedSemaphorePermit>,
}

/// One pair of connections to Redis, from when all channels are restored to its loss.
#[derive(Clone)]
pub(super) struct Session {
    pub(super) queue: mpsc::UnboundedSender<Publish>,
    pub(super) lost: CancellationToken,
}

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

struct Channel {
    route: Route,
    /// How many need it.
    uses: usize,
    phase: Phase,
    is_unsettled: bool,
    /// How many messages to it, with a copy to come back, Redis has not answered.
    in_flight: usize,
    /// The own messages that will come back, in this order.
    echoes: VecDeque<Echo>,
    waiting: Vec<oneshot::Sender<Result<(), BackplaneError>>>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    Unsubscribed,
    Changing,
    Subscribed,
}

struct Echo {
    number: u64,
    payload: Bytes,
    _permit: Arc<OwnedSemaphorePermit>,
}

/// What the subscriber has to do next.
#[derive(Default)]
pub(super) struct Work {
    pub(super) subscribe: Vec<Arc<str>>,
    pub(super) unsubscribe: Vec<Arc<str>>,
}

/// What became of a message that was published.
pub(super) struct Answered {
    pub(super) channel: Arc<str>,
    pub(super) echo: u64,
    pub(super) accepted: bool,
}

impl Channel {
    fn settle(&mut self, outcome: &Result<(), BackplaneError>) {
        for waiting in self.waiting.drain(..) {
            let _ = waiting.send(outcome.clone());
        }
    }
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
            .or_insert_with(|| Channel {
                route,
                uses: 0,
                phase: Phase::Unsubscribed,
                is_unsettled: false,
                in_flight: 0,
                echoes: VecDeque::new(),
                waiting: Vec::new(),
            });
        channel.uses += 1;
        if channel.phase == Phase::Subscribed {
            return None;
        }
        let settled = has_session.then(|| {
            let (done, settled) = oneshot::channel();
            channel.waiting.push(done);
            settled
        });
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
        let settled = has_session.then(|| {
            let (done, settled) = oneshot::channel();
            channel.waiting.push(done);
            settled
        });
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

    /// Takes up to `limit` channels whose subscription has to change.
    pub(super) fn work(&self, limit: usize) -> Work {
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
                (Phase::Unsubscribed, 1..) => {
                    channel.phase = Phase::Changing;
                    work.subscribe.push(name);
                }
                // The last answer of Redis brings it back here.
                (Phase::Subscribed, 0) if channel.in_flight > 0 => {}
                (Phase::Subscribed, 0) => {
                    channel.phase = Phase::Changing;
                    work.unsubscribe.push(name);
                }
                (Phase::Unsubscribed, 0) => {
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

    /// Redis has confirmed the subscriptions.
    pub(super) fn subscribed(&self, names: &[Arc<str>]) {
        self.changed(names, Phase::Subscribed, &Ok(()));
    }

    /// Whether the server is no part of the fleet without this channel.
    pub(super) fn is_essential(&self, name: &str) -> bool {
        let inner = lock(&self.inner);
        inner.channels.get(name).is_some_and(|channel| {
            !matches!(
                channel.route.kind,
                RouteKind::Connection(_) | RouteKind::Group(_) | RouteKind::User(_)
            )
        })
    }

    /// Redis refuses a channel; whoever waits for it is told, and it is not tried again until
    /// somebody else needs it.
    pub(super) fn refused(&self, name: &Arc<str>, text: &str) {
        let refused = Err(BackplaneError::Refused(text.to_owned()));
        let mut inner = lock(&self.inner);
        if let Some(channel) = inner.channels.get_mut(name) {
            channel.phase = Phase::Unsubscribed;
            channel.settle(&refused);
            if channel.uses == 0 {
                inner.channels.remove(name);
            }
        }
    }

    /// Redis has given up the subscriptions.
    pub(super) fn unsubscribed(&self, names: &[Arc<str>]) {
        self.changed(names, Phase::Unsubscribed, &Ok(()));
    }

    fn changed(&self, names: &[Arc<str>], phase: Phase, outcome: &Result<(), BackplaneError>) {
        let mut inner = lock(&self.inner);
        for name in names {
            let Some(channel) = inner.channels.get_mut(name) else {
                continue;
            };
            channel.phase = phase;
            channel.echoes.clear();
            if (channel.uses > 0) == (phase == Phase::Subscribed) {
                channel.settle(outcome);
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

    /// Puts a message into the publisher's queue. Whether its copy will come back: then, and only
    /// then, clients of this server have to be served without it.
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
            .filter(|channel| channel.phase == Phase::Subscribed);
        let is_echoed = channel.is_some();
        if let Some(channel) = channel {
            *echoes += 1;
            publish.echo = Some(*echoes);
            channel.in_flight += 1;
            channel.echoes.push_back(Echo {
                number: *echoes,
                payload: publish.payload.clone(),
                _permit: Arc::clone(&publish.permit),
            });
        }
        session
            .queue
            .send(publish)
            .map_err(|_| BackplaneError::Unavailable)?;
        Ok((is_echoed, session.clone()))
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
        if channel
            .echoes
            .front()
            .is_some_and(|echo| echo.payload == *payload)
        {
            channel.echoes.pop_front();
            return Received::Echo;
        }
        Received::Message(channel.route.clone())
    }
}

pub(super) enum Received {
    Message(Route),
    /// An own message that came back.
    Echo,
    /// Nobody here needs it any more.
    Unknown,
}

#[cfg(test)]
mod tests;
