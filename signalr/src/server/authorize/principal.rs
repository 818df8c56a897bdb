use std::fmt;

/// An authenticated user: who it is and what it may be.
///
/// Any axum middleware sets it: put one into the request's extensions, and hubs see it. A request
/// without one is anonymous.
#[derive(Clone, Default, PartialEq, Eq)]
#[must_use]
pub struct Principal {
    id: Option<String>,
    name: Option<String>,
    roles: Vec<String>,
    claims: Vec<(String, String)>,
}

impl Principal {
    /// A user with this id: what `Clients.User` addresses, unless the application has a user id
    /// provider of its own.
    pub fn new(id: impl Into<String>) -> Self {
        Self {
            id: Some(id.into()),
            ..Self::default()
        }
    }

    /// A user who is known to be somebody, but not who.
    pub fn without_id() -> Self {
        Self::default()
    }

    /// Sets the name to show.
    pub fn with_name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Adds a role. Roles are compared exactly.
    pub fn with_role(mut self, role: impl Into<String>) -> Self {
        self.roles.push(role.into());
        self
    }

    /// Adds a claim; a type may have several values.
    pub fn with_claim(mut self, kind: impl Into<String>, value: impl Into<String>) -> Self {
        self.claims.push((kind.into(), value.into()));
        self
    }

    /// The id.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// The name to show.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// The roles.
    pub fn roles(&self) -> impl Iterator<Item = &str> {
        self.roles.iter().map(String::as_str)
    }

    /// Whether the user has a role.
    #[must_use]
    pub fn has_role(&self, role: &str) -> bool {
        self.roles.iter().any(|own| own == role)
    }

    /// The values of a type of claim.
    pub fn claims<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a str> {
        self.claims
            .iter()
            .filter(move |(own, _)| own == kind)
            .map(|(_, value)| value.as_str())
    }
}

impl fmt::Debug for Principal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Claims may be secrets.
        f.debug_struct("Principal")
            .field("id", &self.id)
            .field("name", &self.name)
            .field("roles", &self.roles)
            .finish_non_exhaustive()
    }
}
