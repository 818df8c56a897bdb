use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use super::members::{FanOut, Members};
use super::message::{SLOTS, slot};
use super::{
    Answered, EncodedMessage, LifetimeManager, LifetimeResult, PendingAnswers, ProtocolSet,
    RawAnswer, Recipients,
};
use crate::connection::lock;
use crate::error::{ClientResultError, SendError};
use crate::protocol::HubProtocol;
use crate::server::connection::Connection;

pub(super) type Lists = Mutex<HashMap<Arc<str>, Arc<Mutex<Members>>>>;

/// The lifetime manager of one process.
///
/// Sending holds a list's lock only while it offers the message to each queue, never while it
/// waits for a slow reader.
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
}

impl InProcess {
    /// The connection with this id, if this process has it.
    #[must_use]
    pub fn connection(&self, id: &str) -> Option<Arc<Connection>> {
        lock(&self.by_id).get(id).cloned()
    }

    pub(super) fn list(lists: &Lists, name: &str) -> Option<Arc<Mutex<Members>>> {
        lock(lists).get(name).cloned()
    }

    fn join(lists: &Lists, name: &Arc<str>, connection: &Arc<Connection>) -> usize {
        let mut lists = lock(lists);
        let members = lists.entry(Arc::clone(name)).or_default();
        // Locked while the map is, so that an empty list is not taken away meanwhile.
        lock(members).add(connection)
    }

    fn leave(lists: &Lists, name: &str, place: usize) {
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
        // Counted first: whoever finds the connection also writes for its protocol.
        self.in_use[slot(connection.protocol())].fetch_add(1, Ordering::AcqRel);
        lock(&self.by_id).insert(connection.shared_id(), Arc::clone(connection));
        let mut memberships = lock(&connection.memberships);
        if let Some(user) = connection.shared_user_id() {
            memberships.user = Self::join(&self.users, &user, connection);
        }
        memberships.all = lock(&self.all).add(connection);
        Box::pin(std::future::ready(Ok(())))
    }

    fn disconnected(&self, connection: &Arc<Connection>) -> LifetimeResult<'_, ()> {
        let mut memberships = lock(&connection.memberships);
        memberships.gone = true;
        let groups = std::mem::take(&mut memberships.groups);
        let (all, user) = (memberships.all, memberships.user);
        drop(memberships);
        lock(&self.all).remove(all);
        if let Some(name) = connection.user_id() {
            Self::leave(&self.users, name, user);
        }
        for (group, place) in groups {
            Self::leave(&self.groups, &group, place);
        }
        lock(&self.by_id).remove(connection.id());
        self.in_use[slot(connection.protocol())].fetch_sub(1, Ordering::AcqRel);
        Box::pin(std::future::ready(()))
    }

    fn protocols(&self, to: &Recipients) -> ProtocolSet {
        if let Recipients::Connection(id) = to {
            return self.connection(id).map_or(ProtocolSet::NONE, |connection| {
                ProtocolSet::NONE.with(connection.protocol())
            });
        }
        HubProtocol::ALL
            .iter()
            .filter(|&&protocol| self.in_use[slot(protocol)].load(Ordering::Acquire) > 0)
            .fold(ProtocolSet::NONE, |set, &protocol| set.with(protocol))
    }

    fn send(
        &self,
        to: Recipients,
        message: EncodedMessage,
    ) -> LifetimeResult<'_, Result<(), SendError>> {
        Box::pin(async move {
            let mut fan_out = FanOut::new(message);
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
        if let Some(connection) = self.connection(connection_id) {
            let mut memberships = lock(&connection.memberships);
            if !memberships.gone && !memberships.groups.contains_key(group) {
                let name: Arc<str> = group.into();
                let place = Self::join(&self.groups, &name, &connection);
                memberships.groups.insert(name, place);
            }
        }
        Box::pin(std::future::ready(Ok(())))
    }

    fn remove_from_group(
        &self,
        connection_id: &str,
        group: &str,
    ) -> LifetimeResult<'_, Result<(), SendError>> {
        if let Some(connection) = self.connection(connection_id) {
            let mut memberships = lock(&connection.memberships);
            if let Some(place) = memberships.groups.remove(group) {
                Self::leave(&self.groups, group, place);
            }
        }
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
                connection.send(bytes).await;
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
