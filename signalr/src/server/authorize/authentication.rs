use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, Weak};
use std::time::SystemTime;

use super::Principal;
use crate::connection::lock;

/// Who a connection belongs to and until when, as its requests prove it.
#[derive(Default)]
pub(in crate::server) struct Authentication {
    state: Mutex<State>,
    turns: AtomicU64,
    listener: OnceLock<Weak<dyn Authenticated>>,
}

#[derive(Default)]
struct State {
    principal: Option<Principal>,
    expires: Option<SystemTime>,
    /// The turn of the request that this is from.
    turn: u64,
}

/// The place of a request among all that prove who a connection belongs to. What a request proves
/// does not replace what a later one has proved, however long it takes to be checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::server) struct Turn(u64);

/// A connection, as it learns what becomes of its authentication.
pub(in crate::server) trait Authenticated: Send + Sync {
    /// The principal has been replaced.
    fn refreshed(&self);
    /// It is over; said once a second until the connection has ended.
    fn expired(&self);
}

impl Authentication {
    /// Of a connection that belongs to this user from the beginning.
    pub(in crate::server) fn of(principal: Option<&Principal>) -> Arc<Self> {
        let authentication = Self::default();
        authentication.begin(principal);
        Arc::new(authentication)
    }

    /// Takes the user of the request that carries the connection.
    pub(in crate::server) fn begin(&self, principal: Option<&Principal>) {
        let turn = self.turn();
        *lock(&self.state) = State {
            principal: principal.cloned(),
            expires: principal.and_then(Principal::expires),
            turn: turn.0,
        };
    }

    /// Tells a connection what happens from now on.
    pub(in crate::server) fn listen(&self, listener: Weak<dyn Authenticated>) {
        let _ = self.listener.set(listener);
    }

    pub(in crate::server) fn principal(&self) -> Option<Principal> {
        lock(&self.state).principal.clone()
    }

    pub(in crate::server) fn expires(&self) -> Option<SystemTime> {
        lock(&self.state).expires
    }

    /// The turn of a request that has just arrived.
    pub(in crate::server) fn turn(&self) -> Turn {
        Turn(self.turns.fetch_add(1, Ordering::Relaxed) + 1)
    }

    /// Replaces the principal, unless a later request has.
    pub(in crate::server) fn replace(&self, turn: Turn, principal: Principal) {
        let mut state = lock(&self.state);
        if turn.0 < state.turn {
            return;
        }
        *state = State {
            expires: principal.expires(),
            principal: Some(principal),
            turn: turn.0,
        };
        drop(state);
        if let Some(connection) = self.listener() {
            connection.refreshed();
        }
    }

    /// Moves the expiry and leaves the principal as it is. Nobody proves nothing.
    pub(in crate::server) fn prolong(&self, turn: Turn, principal: Option<&Principal>) {
        let Some(principal) = principal else {
            return;
        };
        let mut state = lock(&self.state);
        if turn.0 >= state.turn {
            state.expires = principal.expires();
            state.turn = turn.0;
        }
    }

    /// Tells the connection if its authentication has expired.
    pub(in crate::server) fn look(&self, now: SystemTime) {
        if self.expires().is_some_and(|expires| expires < now)
            && let Some(connection) = self.listener()
        {
            connection.expired();
        }
    }

    fn listener(&self) -> Option<Arc<dyn Authenticated>> {
        self.listener.get()?.upgrade()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn an_older_result_that_comes_late_changes_nothing() {
        let authentication = Authentication::of(Some(&Principal::new("ann")));
        let (older, newer) = (authentication.turn(), authentication.turn());
        authentication.replace(newer, Principal::new("ann").with_role("newer"));
        authentication.replace(older, Principal::new("ann").with_role("older"));
        let expired = Principal::new("ann").with_expiry(SystemTime::UNIX_EPOCH);
        authentication.prolong(older, Some(&expired));
        let principal = authentication.principal().expect("ann");
        assert!(principal.has_role("newer") && !principal.has_role("older"));
        assert_eq!(authentication.expires(), None);
    }

    #[test]
    fn each_request_moves_the_expiry() {
        let now = SystemTime::now();
        let hour = now + Duration::from_secs(3600);
        let authentication = Authentication::of(Some(&Principal::new("ann").with_expiry(now)));
        let ann = Principal::new("ann").with_expiry(hour);
        authentication.prolong(authentication.turn(), Some(&ann));
        authentication.prolong(authentication.turn(), None);
        assert_eq!(authentication.expires(), Some(hour));
        authentication.replace(authentication.turn(), Principal::new("ann"));
        assert_eq!(authentication.expires(), None);
    }
}
