use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

/// An authenticated user: who it is and what it may be. Cheap to clone.
///
/// Any axum middleware sets it: put one into the request's extensions, and hubs see it. A request
/// without one is anonymous.
#[derive(Clone, Default, PartialEq, Eq)]
#[must_use]
pub struct Principal {
    identity: Arc<Identity>,
    expires: Option<SystemTime>,
}

#[derive(Clone, Default, PartialEq, Eq)]
struct Identity {
    id: Option<String>,
    name: Option<String>,
    roles: Vec<String>,
    claims: Vec<(String, String)>,
}

impl Principal {
    /// A user with this id: what `Clients.User` addresses, unless the application has a user id
    /// provider of its own.
    pub fn new(id: impl Into<String>) -> Self {
        let mut principal = Self::default();
        principal.identity().id = Some(id.into());
        principal
    }

    /// A user who is known to be somebody, but not who.
    pub fn without_id() -> Self {
        Self::default()
    }

    /// Sets the name to show.
    pub fn with_name(mut self, name: impl Into<String>) -> Self {
        self.identity().name = Some(name.into());
        self
    }

    /// Adds a role. Roles are compared exactly.
    pub fn with_role(mut self, role: impl Into<String>) -> Self {
        self.identity().roles.push(role.into());
        self
    }

    /// Adds a claim; a type may have several values.
    pub fn with_claim(mut self, kind: impl Into<String>, value: impl Into<String>) -> Self {
        self.identity().claims.push((kind.into(), value.into()));
        self
    }

    /// Sets until when this is true: the end of a token or of a session. Default: for ever.
    ///
    /// An endpoint with
    /// [`close_on_authentication_expiration`](crate::EndpointOptions::close_on_authentication_expiration)
    /// ends its connections then; middleware that authenticates requests has to look at it itself.
    pub fn with_expiry(mut self, expires: SystemTime) -> Self {
        self.expires = Some(expires);
        self
    }

    fn identity(&mut self) -> &mut Identity {
        Arc::make_mut(&mut self.identity)
    }

    /// The id.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        self.identity.id.as_deref()
    }

    /// The name to show.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.identity.name.as_deref()
    }

    /// The roles.
    pub fn roles(&self) -> impl Iterator<Item = &str> {
        self.identity.roles.iter().map(String::as_str)
    }

    /// Whether the user has a role.
    #[must_use]
    pub fn has_role(&self, role: &str) -> bool {
        self.roles().any(|own| own == role)
    }

    /// The values of a type of claim.
    pub fn claims<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a str> {
        self.identity
            .claims
            .iter()
            .filter(move |(own, _)| own == kind)
            .map(|(_, value)| value.as_str())
    }

    /// Until when this is true; `None`: for ever.
    #[must_use]
    pub fn expires(&self) -> Option<SystemTime> {
        self.expires
    }

    /// Whether the other one is the same user with the same rights, whatever the expiry.
    pub(in crate::server) fn is_like(&self, other: &Self) -> bool {
        self.identity == other.identity
    }
}

impl fmt::Debug for Principal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Claims may be secrets.
        f.debug_struct("Principal")
            .field("id", &self.identity.id)
            .field("name", &self.identity.name)
            .field("roles", &self.identity.roles)
            .field("expires", &self.expires)
            .finish_non_exhaustive()
    }
}
