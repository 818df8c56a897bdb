use std::sync::Arc;

/// Whom a message is for.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Recipients {
    /// Every connection.
    All,
    /// Every connection but these.
    AllExcept(Arc<[Box<str>]>),
    /// One connection.
    Connection(Arc<str>),
    /// Each of these connections once.
    Connections(Arc<[Box<str>]>),
    /// The members of a group.
    Group(Arc<str>),
    /// The members of each of these groups; who is in two of them gets the message twice.
    Groups(Arc<[Box<str>]>),
    /// The members of a group but these connections.
    GroupExcept(Arc<str>, Arc<[Box<str>]>),
    /// The connections of a user.
    User(Arc<str>),
    /// The connections of each of these users once.
    Users(Arc<[Box<str>]>),
}
