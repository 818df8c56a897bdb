use super::{InProcess, Recipients};
use crate::error::SendError;

/// The connections of all servers, as each saw its own when it was asked: by the time they are
/// read, some may have left and others come. Eventually consistent, for dashboards and not for
/// decisions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Census {
    /// How many connections there are; who is in two of several groups counts twice.
    pub count: usize,
    /// Their ids, in no order.
    pub connection_ids: Vec<Box<str>>,
    /// How many servers have answered, this one included.
    pub servers: usize,
    /// Whether all servers that are known have answered in time.
    pub is_complete: bool,
}

impl Census {
    /// The connections of one process.
    ///
    /// # Errors
    /// A group's name is empty.
    pub fn of(process: &InProcess, recipients: &Recipients) -> Result<Self, SendError> {
        let connection_ids: Vec<Box<str>> = process
            .connections(recipients)?
            .iter()
            .map(|connection| connection.id().into())
            .collect();
        Ok(Self {
            count: connection_ids.len(),
            connection_ids,
            servers: 1,
            is_complete: true,
        })
    }
}
