use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use super::Hub;
use super::lifetime::{LifetimeManager, Recipients};
use super::target::{Asker, Many, One};
use crate::contract::ClientInterface;

/// The proxy of a hub's clients for a target.
pub type Proxy<H, T> = <<H as Hub>::Client as ClientInterface>::Proxy<T>;

fn names<I>(names: I) -> Arc<[Box<str>]>
where
    I: IntoIterator,
    I::Item: AsRef<str>,
{
    names.into_iter().map(|name| name.as_ref().into()).collect()
}

/// The clients of a hub, addressed from outside its methods.
pub struct HubClients<H> {
    lifetime: Arc<dyn LifetimeManager>,
    asker: Asker,
    hub: PhantomData<fn() -> H>,
}

impl<H: Hub> HubClients<H> {
    pub(super) fn new(lifetime: Arc<dyn LifetimeManager>, asker: Asker) -> Self {
        Self {
            lifetime,
            asker,
            hub: PhantomData,
        }
    }

    fn many(&self, to: Recipients) -> Proxy<H, Many> {
        H::Client::proxy(Many::new(Arc::clone(&self.lifetime), to))
    }

    fn one(&self, connection_id: Arc<str>) -> Proxy<H, One> {
        H::Client::proxy(One::new(
            Arc::clone(&self.lifetime),
            connection_id,
            self.asker.clone(),
        ))
    }

    /// Every connection of the hub.
    #[must_use]
    pub fn all(&self) -> Proxy<H, Many> {
        self.many(Recipients::All)
    }

    /// Every connection but these.
    pub fn all_except<I>(&self, connection_ids: I) -> Proxy<H, Many>
    where
        I: IntoIterator,
        I::Item: AsRef<str>,
    {
        self.many(Recipients::AllExcept(names(connection_ids)))
    }

    /// One connection; it can be asked for a result.
    #[must_use]
    pub fn client(&self, connection_id: &str) -> Proxy<H, One> {
        self.one(connection_id.into())
    }

    /// Each of these connections once.
    pub fn clients<I>(&self, connection_ids: I) -> Proxy<H, Many>
    where
        I: IntoIterator,
        I::Item: AsRef<str>,
    {
        self.many(Recipients::Connections(names(connection_ids)))
    }

    /// The members of a group. Names are compared exactly.
    #[must_use]
    pub fn group(&self, name: &str) -> Proxy<H, Many> {
        self.many(Recipients::Group(name.into()))
    }

    /// The members of a group but these connections.
    pub fn group_except<I>(&self, name: &str, connection_ids: I) -> Proxy<H, Many>
    where
        I: IntoIterator,
        I::Item: AsRef<str>,
    {
        self.many(Recipients::GroupExcept(name.into(), names(connection_ids)))
    }

    /// The members of each of these groups; who is in two of them gets the message twice.
    /// An empty name is an error of the send.
    pub fn groups<I>(&self, groups: I) -> Proxy<H, Many>
    where
        I: IntoIterator,
        I::Item: AsRef<str>,
    {
        self.many(Recipients::Groups(names(groups)))
    }

    /// The connections of a user.
    #[must_use]
    pub fn user(&self, user_id: &str) -> Proxy<H, Many> {
        self.many(Recipients::User(user_id.into()))
    }

    /// The connections of each of these users once.
    pub fn users<I>(&self, user_ids: I) -> Proxy<H, Many>
    where
        I: IntoIterator,
        I::Item: AsRef<str>,
    {
        self.many(Recipients::Users(names(user_ids)))
    }
}

impl<H> fmt::Debug for HubClients<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HubClients").finish_non_exhaustive()
    }
}

/// The clients of a hub, addressed by one of its methods: all that [`HubClients`] has, and the
/// caller.
pub struct CallerClients<H> {
    clients: HubClients<H>,
    caller: Arc<str>,
}

impl<H: Hub> CallerClients<H> {
    pub(super) fn new(clients: HubClients<H>, caller: Arc<str>) -> Self {
        Self { clients, caller }
    }

    /// The connection that called; it can be asked for a result.
    #[must_use]
    pub fn caller(&self) -> Proxy<H, One> {
        self.clients.one(Arc::clone(&self.caller))
    }

    /// Every connection but the caller.
    #[must_use]
    pub fn others(&self) -> Proxy<H, Many> {
        self.clients.all_except([&*self.caller])
    }

    /// The members of a group but the caller.
    #[must_use]
    pub fn others_in_group(&self, name: &str) -> Proxy<H, Many> {
        self.clients.group_except(name, [&*self.caller])
    }
}

impl<H> std::ops::Deref for CallerClients<H> {
    type Target = HubClients<H>;

    fn deref(&self) -> &HubClients<H> {
        &self.clients
    }
}

impl<H> fmt::Debug for CallerClients<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallerClients")
            .field("caller", &self.caller)
            .finish_non_exhaustive()
    }
}
