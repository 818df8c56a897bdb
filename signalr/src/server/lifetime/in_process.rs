use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock};

use super::members::{FanOut, Members, Place};
use super::message::{SLOTS, slot};
use super::{
    Answered, EncodedMessage, LifetimeManager, LifetimeResult, PendingAnswers, ProtocolSet,
    RawAnswer, Recipients,
};
use crate::connection::lock;
use crate::error::{ClientResultError, SendError};
use crate::protocol::HubProtocol;
use crate::server::MessageKey;
use crate::server::connection::Connection;

pub(super) type Lists = Mutex<HashMap<Arc<str>, Arc<Mutex<Members>>>>;

/// The lifetime manager of one process.
///
/// Sending holds a list's lock only while it offers the message to each queue, never while it
/// waits for a slow reader.
///
/// A backend that joins several servers keeps one for its own connections. Besides the trait it
/// uses [`join`](Self::join), [`leave`](Self::leave) and [`remove`](Self::remove), which tell what
/// they changed, so that it can count who needs a channel, and [`deliver`](Self::deliver), which
/// never waits.
#[derive(Default)]
pub struct InProcess {
    pub(super) all: Mutex<Members>,
    pub(super) by_id: Mutex<HashMap<Arc<str>, Arc<Connection>>>,
    pub(super) groups: Lists,
    pub(super) users: Lists,
    /// How many connections speak each protocol.
    in_use: [AtomicUsize; SLOTS],
    answers: PendingAnswers,
    questions: AtomicU64,
    /// The hub's, where a slow client is to get the latest message for each key.
    key: OnceLock<MessageKey>,
}

impl InProcess {
    /// The connection with this id, if this process has it.
    #[must_use]
    pub fn connection(&self, id: &str) -> Option<Arc<Connection>> {
        lock(&self.by_id).get(id).cloned()
    }

    /// The protocols that connections speak now.
    #[must_use]
    pub fn protocols_in_use(&self) -> ProtocolSet {
        HubProtocol::ALL
            .iter()
            .filter(|&&protocol| self.in_use[slot(protocol)].load(Ordering::Acquire) > 0)
            .fold(ProtocolSet::NONE, |set, &protocol| set.with(protocol))
    }

    /// Puts a connection into a group; whether it is there now and was not before.
    pub fn join(&self, connection_id: &str, group: &str) -> bool {
        let Some(connection) = self.connection(connection_id) else {
            return false;
        };
        let mut memberships = lock(&connection.memberships);
        if memberships.gone || memberships.groups.contains_key(group) {
            return false;
        }
        let name: Arc<str> = group.into();
        let place = Self::enter(&self.groups, &name, &connection);
        memberships.groups.insert(name, place);
        true
    }

    /// Whether a connection of this process is in a group.
    #[must_use]
    pub fn is_member(&self, connection_id: &str, group: &str) -> bool {
        self.connection(connection_id)
            .is_some_and(|connection| lock(&connection.memberships).groups.contains_key(group))
    }

    /// Takes a connection out of a group; whether it was there.
    pub fn leave(&self, connection_id: &str, group: &str) -> bool {
        let Some(connection) = self.connection(connection_id) else {
            return false;
        };
        let mut memberships = lock(&connection.memberships);
        let Some(place) = memberships.groups.remove(group) else {
            return false;
        };
        Self::exit(&self.groups, group, &place);
        true
    }

    /// Forgets a connection and gives the groups it was in; `None` if it was not known.
    pub fn remove(&self, connection: &Connection) -> Option<Vec<Arc<str>>> {
        let mut memberships = lock(&connection.memberships);
        memberships.gone = true;
        if !std::mem::take(&mut memberships.here) {
            return None;
        }
        let groups = std::mem::take(&mut memberships.groups);
        let (all, user) = (memberships.all.clone(), memberships.user.clone());
        drop(memberships);
        lock(&self.all).remove(&all);
        if let Some(name) = connection.user_id() {
            Self::exit(&self.users, name, &user);
        }
        let mut names = Vec::with_capacity(groups.len());
        for (group, place) in groups {
            Self::exit(&self.groups, &group, &place);
            names.push(group);
        }
        lock(&self.by_id).remove(connection.id());
        self.in_use[slot(connection.protocol())].fetch_sub(1, Ordering::AcqRel);
        Some(names)
    }

    /// Gives connections of this process a message that another server sent, without waiting.
    ///
    /// What a slow client has no room for waits in its backlog, in order; a client whose backlog
    /// grows beyond `backlog` bytes is let go, and may reconnect. Has to be called within a tokio
    /// runtime. Returns how many clients were let go.
    pub fn deliver(&self, to: &Recipients, message: EncodedMessage, backlog: usize) -> usize {
        let key = self.key_of(&message);
        let mut fan_out = FanOut::behind_backlog(message, key);
        // Whoever published it has checked the names.
        let _ = self.visit(to, |connection| fan_out.offer(connection));
        fan_out.leave_behind(backlog)
    }

    fn key_of(&self, message: &EncodedMessage) -> Option<Arc<str>> {
        self.key.get()?.of(message)
    }

    pub(super) fn list(lists: &Lists, name: &str) -> Option<Arc<Mutex<Members>>> {
        lock(lists).get(name).cloned()
    }

    fn enter(lists: &Lists, name: &Arc<str>, connection: &Arc<Connection>) -> Place {
        let mut lists = lock(lists);
        let members = lists.entry(Arc::clone(name)).or_default();
        // Locked while the map is, so that an empty list is not taken away meanwhile.
        lock(members).add(connection)
    }

    fn exit(lists: &Lists, name: &str, place: &Place) {
        let mut lists = lock(lists);
        let Some(members) = lists.get(name) else {
            return;
        };
        let mut list = lock(members);
        list.remove(place);
        let is_empty = list.is_empty();
        drop(list);
        if is_empty {
            lists.remove(name);
        }
    }

    /// Shows each of these connections to `visit`, while the list it stands in is locked.
    pub(super) fn visit(
        &self,
        to: &Recipients,
        mut visit: impl FnMut(&Arc<Connection>),
    ) -> Result<(), SendError> {
        match to {
            Recipients::All => lock(&self.all).iter().for_each(visit),
            Recipients::AllExcept(except) => {
                let except = set(except);
                without(&lock(&self.all), &except).for_each(visit);
            }
            Recipients::Connection(id) => {
                self.connection(id).iter().for_each(visit);
            }
            Recipients::Connections(ids) => {
                for id in set(ids) {
                    self.connection(id).iter().for_each(&mut visit);
                }
            }
            Recipients::Group(name) => {
                if let Some(members) = Self::list(&self.groups, name) {
                    lock(&members).iter().for_each(visit);
                }
            }
            Recipients::Groups(names) => {
                for name in names.iter() {
                    if name.is_empty() {
                        return Err(SendError::Invalid("Cannot send to an empty group name."));
                    }
                    if let Some(members) = Self::list(&self.groups, name) {
                        lock(&members).iter().for_each(&mut visit);
                    }
                }
            }
            Recipients::GroupExcept(name, except) => {
                if let Some(members) = Self::list(&self.groups, name) {
                    let except = set(except);
                    without(&lock(&members), &except).for_each(visit);
                }
            }
            Recipients::User(user) => {
                if let Some(members) = Self::list(&self.users, user) {
                    lock(&members).iter().for_each(visit);
                }
            }
            Recipients::Users(users) => {
                for user in set(users) {
                    if let Some(members) = Self::list(&self.users, user) {
                        lock(&members).iter().for_each(&mut visit);
                    }
                }
            }
        }
        Ok(())
    }
}

fn set(names: &[Box<str>]) -> HashSet<&str> {
    names.iter().map(AsRef::as_ref).collect()
}

fn without<'a>(
    members: &'a Members,
    except: &'a HashSet<&str>,
) -> impl Iterator<Item = &'a Arc<Connection>> {
    members
        .iter()
        .filter(|connection| !except.contains(connection.id()))
}

impl LifetimeManager for InProcess {
    fn connected(&self, connection: &Arc<Connection>) -> LifetimeResult<'_, Result<(), SendError>> {
        let mut memberships = lock(&connection.memberships);
        if !memberships.gone {
            memberships.here = true;
            if let Some(key) = connection.slow.key() {
                self.key.get_or_init(|| key.clone());
            }
            // Counted first: whoever finds the connection also writes for its protocol.
            self.in_use[slot(connection.protocol())].fetch_add(1, Ordering::AcqRel);
            lock(&self.by_id).insert(connection.shared_id(), Arc::clone(connection));
            if let Some(user) = connection.shared_user_id() {
                memberships.user = Self::enter(&self.users, &user, connection);
            }
            memberships.all = lock(&self.all).add(connection);
        }
        Box::pin(std::future::ready(Ok(())))
    }

    fn disconnected(&self, connection: &Arc<Connection>) -> LifetimeResult<'_, ()> {
        self.remove(connection);
        Box::pin(std::future::ready(()))
    }

    fn protocols(&self, to: &Recipients) -> ProtocolSet {
        if let Recipients::Connection(id) = to {
            return self.connection(id).map_or(ProtocolSet::NONE, |connection| {
                ProtocolSet::NONE.with(connection.protocol())
            });
        }
        self.protocols_in_use()
    }

    fn send(
        &self,
        to: Recipients,
        message: EncodedMessage,
    ) -> LifetimeResult<'_, Result<(), SendError>> {
        Box::pin(async move {
            let key = self.key_of(&message);
            let mut fan_out = FanOut::new(message, key);
            let outcome = self.visit(&to, |connection| fan_out.offer(connection));
            fan_out.finish().await;
            outcome
        })
    }

    fn add_to_group(
        &self,
        connection_id: &str,
        group: &str,
    ) -> LifetimeResult<'_, Result<(), SendError>> {
        self.join(connection_id, group);
        Box::pin(std::future::ready(Ok(())))
    }

    fn remove_from_group(
        &self,
        connection_id: &str,
        group: &str,
    ) -> LifetimeResult<'_, Result<(), SendError>> {
        self.leave(connection_id, group);
        Box::pin(std::future::ready(Ok(())))
    }

    fn local(&self) -> &InProcess {
        self
    }

    fn next_question(&self) -> String {
        format!("s{}", self.questions.fetch_add(1, Ordering::Relaxed) + 1)
    }

    fn ask(
        &self,
        connection_id: Arc<str>,
        question_id: String,
        message: EncodedMessage,
    ) -> LifetimeResult<'_, Result<RawAnswer, ClientResultError>> {
        Box::pin(async move {
            let Some(connection) = self.connection(&connection_id) else {
                return Err(ClientResultError::UnknownConnection(
                    connection_id.to_string(),
                ));
            };
            let gone = || ClientResultError::Disconnected(connection_id.to_string());
            let mut answer = self.answers.wait(&question_id, Arc::clone(&connection_id));
            let asked = async {
                let bytes = message.get(connection.protocol()).ok_or_else(gone)?;
                connection.outbound.push(bytes).await;
                answer.received().await.ok_or_else(gone)
            };
            tokio::select! {
                biased;
                () = connection.aborted().cancelled() => Err(gone()),
                answer = asked => answer,
            }
        })
    }

    fn answer(&self, connection: &Connection, question_id: &str, answer: RawAnswer) -> Answered {
        self.answers.answer(connection.id(), question_id, answer)
    }
}

impl fmt::Debug for InProcess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InProcess").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
