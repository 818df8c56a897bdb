use std::sync::Arc;

use super::in_process::Lists;
use super::{InProcess, Recipients};
use crate::connection::lock;
use crate::error::SendError;
use crate::server::connection::Connection;

/// What there is in this process, as it is at this moment.
impl InProcess {
    /// How many connections there are.
    #[must_use]
    pub fn count(&self) -> usize {
        lock(&self.by_id).len()
    }

    /// These connections; who is in two of several groups is there twice.
    ///
    /// # Errors
    /// A group's name is empty.
    pub fn connections(&self, of: &Recipients) -> Result<Vec<Arc<Connection>>, SendError> {
        let mut found = Vec::new();
        self.visit(of, |connection| found.push(Arc::clone(connection)))?;
        Ok(found)
    }

    /// Ends these connections; each client is told the reason and not to come back.
    ///
    /// # Errors
    /// A group's name is empty.
    pub fn end_connections(&self, of: &Recipients, reason: &str) -> Result<(), SendError> {
        for connection in self.connections(of)? {
            connection.disconnect(reason);
        }
        Ok(())
    }

    /// The groups that have members here.
    #[must_use]
    pub fn group_names(&self) -> Vec<String> {
        names(&self.groups)
    }

    /// The users who have connections here.
    #[must_use]
    pub fn user_ids(&self) -> Vec<String> {
        names(&self.users)
    }

    /// How many members a group has here.
    #[must_use]
    pub fn count_in_group(&self, name: &str) -> usize {
        size(&self.groups, name)
    }

    /// How many connections a user has here.
    #[must_use]
    pub fn count_of_user(&self, user_id: &str) -> usize {
        size(&self.users, user_id)
    }
}

fn names(lists: &Lists) -> Vec<String> {
    lock(lists).keys().map(ToString::to_string).collect()
}

fn size(lists: &Lists, name: &str) -> usize {
    InProcess::list(lists, name).map_or(0, |members| lock(&members).len())
}
