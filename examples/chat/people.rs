//! Who is here.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The users that are connected, each with how many connections.
#[derive(Debug, Default)]
pub struct People(Mutex<BTreeMap<String, usize>>);

impl People {
    /// One more connection of a user.
    pub fn arrive(&self, user: &str) {
        *self.lock().entry(user.to_owned()).or_default() += 1;
    }

    /// One connection less.
    pub fn depart(&self, user: &str) {
        let mut people = self.lock();
        let Some(connections) = people.get_mut(user) else {
            return;
        };
        *connections -= 1;
        if *connections == 0 {
            people.remove(user);
        }
    }

    /// Whether a user has a connection.
    pub fn has(&self, user: &str) -> bool {
        self.lock().contains_key(user)
    }

    /// Everybody's name.
    pub fn names(&self) -> Vec<String> {
        self.lock().keys().cloned().collect()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::People;

    #[test]
    fn somebody_with_two_tabs_stays_until_both_are_closed() {
        let people = People::default();
        people.arrive("ann");
        people.arrive("ann");
        people.depart("ann");
        assert!(people.has("ann"));
        people.depart("ann");
        assert!(!people.has("ann"));
    }
}
