use std::fmt;

use bytes::Bytes;

use super::{CallFailure, CallState};
use crate::server::filter::{FilterRun, Returned};

/// What a method leaves to be done when it has ended. It does not know the value's type.
#[must_use]
pub struct Answer(Rest);

enum Rest {
    Nothing,
    /// The answer is written and waits for room in the queue.
    Waiting(Bytes),
    /// The filters are to see the value before it is written.
    Returned(Returned),
}

impl Answer {
    /// All of it is sent.
    pub(in crate::server) fn sent() -> Self {
        Self(Rest::Nothing)
    }

    pub(super) fn returned(value: Returned) -> Self {
        Self(Rest::Returned(value))
    }

    /// Written, and sent unless the message is still there.
    pub(super) fn written(message: Option<Bytes>) -> Self {
        Self(message.map_or(Rest::Nothing, Rest::Waiting))
    }

    /// The message that waits for room.
    pub(in crate::server) fn waiting(self) -> Option<Bytes> {
        match self.0 {
            Rest::Waiting(message) => Some(message),
            Rest::Nothing | Rest::Returned(_) => None,
        }
    }

    /// Gives a value to the filters and answers with what they make of it.
    pub(super) async fn leave(
        self,
        run: &FilterRun,
        state: &CallState,
    ) -> Result<Self, CallFailure> {
        let Rest::Returned(value) = self.0 else {
            return Ok(self);
        };
        let returned = run.leave(Ok(value)).await.map_err(CallFailure::Method)?;
        state.answer(returned).await?;
        Ok(Self::sent())
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Rest::Nothing => "Answer(sent)",
            Rest::Waiting(_) => "Answer(waiting)",
            Rest::Returned(_) => "Answer(returned)",
        })
    }
}
