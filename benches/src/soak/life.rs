use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

use super::SETTLING;
use super::ledger::{Message, Target};

/// One connection from its beginning to its end.
#[derive(Default)]
pub(super) struct Life(Mutex<Facts>);

#[derive(Default)]
pub(super) struct Facts {
    id: String,
    pub(super) server: usize,
    user: usize,
    pub(super) from: Option<Duration>,
    pub(super) to: Option<Duration>,
    memberships: HashMap<usize, Vec<(Duration, Option<Duration>)>>,
    /// The groups that it was ever to be in.
    groups: HashSet<usize>,
    pub(super) received: Vec<u32>,
}

impl Life {
    pub(super) fn facts(&self) -> MutexGuard<'_, Facts> {
        self.0.lock().expect("no panic")
    }

    pub(super) fn begins(&self, id: &str, server: usize, user: usize, now: Duration) {
        let mut facts = self.facts();
        id.clone_into(&mut facts.id);
        facts.server = server;
        facts.user = user;
        facts.from = Some(now);
    }

    pub(super) fn receives(&self, number: u32) {
        self.facts().received.push(number);
    }

    pub(super) fn may_join(&self, group: usize) {
        self.facts().groups.insert(group);
    }

    pub(super) fn joined(&self, group: usize, now: Duration) {
        let mut facts = self.facts();
        let memberships = facts.memberships.entry(group).or_default();
        memberships.push((now, None));
    }

    pub(super) fn leaves(&self, group: usize, now: Duration) {
        let mut facts = self.facts();
        let memberships = facts.memberships.get_mut(&group);
        if let Some((_, to)) = memberships.and_then(|all| all.last_mut()) {
            to.get_or_insert(now);
        }
    }
}

/// Whether a time holds all of a message, until it must have arrived.
fn holds(from: Duration, to: Option<Duration>, message: &Message) -> bool {
    from < message.sent && to.is_none_or(|to| message.done + SETTLING < to)
}

impl Facts {
    /// Whether the message has to arrive here.
    pub(super) fn is_due(&self, message: &Message) -> bool {
        let lived = self.from.is_some_and(|from| holds(from, self.to, message));
        lived
            && match &message.target {
                Target::All => true,
                Target::User(user) => *user == self.user,
                Target::Connection(id) => *id == self.id,
                Target::Group(group) => self
                    .memberships
                    .get(group)
                    .is_some_and(|all| all.iter().any(|(from, to)| holds(*from, *to, message))),
            }
    }

    /// Whether the message may arrive here.
    pub(super) fn is_meant(&self, message: &Message) -> bool {
        match &message.target {
            Target::All => true,
            Target::User(user) => *user == self.user,
            Target::Connection(id) => *id == self.id,
            Target::Group(group) => self.groups.contains(group),
        }
    }
}
