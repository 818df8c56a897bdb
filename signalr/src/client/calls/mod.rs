//! The calls to the server that wait for an answer.

mod awaited;
mod in_flight;
mod items;

pub(super) use awaited::{Awaited, AwaitedStream};
pub(super) use in_flight::InFlight;
pub(super) use items::Items;

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use tokio_util::sync::{CancellationToken, DropGuard};

use crate::connection::lock;
use crate::error::{CloseReason, InvokeError};
use crate::protocol::{CompletionOutcome, RawValue};

/// The calls that wait for an answer, by id.
#[derive(Default)]
pub(super) struct Calls(Mutex<Table>);

#[derive(Default)]
struct Table {
    pending: HashMap<u64, Pending>,
    ended: Option<CloseReason>,
}

/// A call that waits for its answer.
pub(super) struct Pending {
    awaited: Awaited,
    /// Ends the call's uploads with the call.
    _uploads: Option<DropGuard>,
}

impl Pending {
    pub(super) fn new(awaited: Awaited, uploads: Option<CancellationToken>) -> Self {
        Self {
            awaited,
            _uploads: uploads.map(CancellationToken::drop_guard),
        }
    }

    fn fail(self, error: InvokeError) {
        match self.awaited {
            Awaited::Result(result) => result.settle(Err(error)),
            Awaited::Stream(stream) => stream.end(Err(error)),
        }
    }
}

/// What became of an item from the server.
pub(super) enum Arrived {
    /// So many items of the stream wait to be read now.
    Taken(Arc<dyn AwaitedStream>, usize),
    /// Nobody waits for it.
    Ignored,
    /// It did not fit the call, which has failed.
    Refused,
}

impl Calls {
    /// Adds a call.
    pub(super) fn insert(&self, id: u64, pending: Pending) -> Result<(), InvokeError> {
        let mut table = lock(&self.0);
        if let Some(reason) = &table.ended {
            return Err(InvokeError::Closed(reason.clone()));
        }
        table.pending.insert(id, pending);
        Ok(())
    }

    /// Takes a call out that nobody waits for any more.
    pub(super) fn remove(&self, id: u64) -> Option<Pending> {
        lock(&self.0).pending.remove(&id)
    }

    pub(super) fn ended(&self) -> Option<CloseReason> {
        lock(&self.0).ended.clone()
    }

    /// Fails all calls, and each that is added from now on.
    pub(super) fn end(&self, reason: &CloseReason) {
        let mut table = lock(&self.0);
        table.ended.get_or_insert_with(|| reason.clone());
        let pending = std::mem::take(&mut table.pending);
        drop(table);
        for call in pending.into_values() {
            call.fail(InvokeError::Closed(reason.clone()));
        }
    }

    /// Whether somebody waits for an answer, or for an item.
    pub(super) fn is_awaited(&self) -> bool {
        lock(&self.0)
            .pending
            .values()
            .any(|call| match &call.awaited {
                Awaited::Result(_) => true,
                Awaited::Stream(stream) => stream.is_awaited(),
            })
    }

    /// Fails a call; `false` if nobody waits for it.
    pub(super) fn fail(&self, id: u64, error: InvokeError) -> bool {
        let pending = self.remove(id);
        let is_pending = pending.is_some();
        if let Some(pending) = pending {
            pending.fail(error);
        }
        is_pending
    }

    /// Hands an item over.
    pub(super) fn item(&self, id: u64, item: &RawValue<'_>) -> Arrived {
        let stream = match lock(&self.0).pending.get(&id).map(|call| &call.awaited) {
            None => return Arrived::Ignored,
            Some(Awaited::Stream(stream)) => Some(Arc::clone(stream)),
            Some(Awaited::Result(_)) => None,
        };
        // The lock is free again: the items' type decodes itself.
        let error = match stream {
            None => InvokeError::Unexpected(
                "the hub method answers with a stream; call it with `stream`",
            ),
            Some(stream) => match stream.push(item) {
                Ok(Some(waiting)) => return Arrived::Taken(stream, waiting),
                Ok(None) => return Arrived::Ignored,
                Err(error) => InvokeError::Decode(error),
            },
        };
        self.fail(id, error);
        Arrived::Refused
    }

    /// Ends a call; `false` if nobody waits for it.
    pub(super) fn complete(&self, id: u64, outcome: &CompletionOutcome<'_>) -> bool {
        let Some(pending) = self.remove(id) else {
            return false;
        };
        match (pending.awaited, outcome) {
            (Awaited::Result(result), CompletionOutcome::Error(text)) => {
                result.settle(Err(InvokeError::Hub(text.as_ref().to_owned())));
            }
            (Awaited::Result(result), CompletionOutcome::Void) => result.settle(Ok(None)),
            (Awaited::Result(result), CompletionOutcome::Result(value)) => {
                result.settle(Ok(Some(value)));
            }
            (Awaited::Stream(stream), CompletionOutcome::Error(text)) => {
                stream.end(Err(InvokeError::Hub(text.as_ref().to_owned())));
            }
            (Awaited::Stream(stream), CompletionOutcome::Void) => stream.end(Ok(())),
            (Awaited::Stream(stream), CompletionOutcome::Result(_)) => {
                stream.end(Err(InvokeError::Unexpected(
                    "Server provided a result in a completion response to a streamed invocation.",
                )));
            }
        }
        true
    }
}
