use std::any::TypeId;
use std::sync::Arc;
use std::task::{Context, Poll};

use serde::de::DeserializeOwned;
use tokio::sync::oneshot;

use crate::connection::QueueWriter;
use crate::error::InvokeError;
use crate::protocol::{DecodeError, HubProtocol, RawValue};

/// What a call waits for, apart from its type.
pub(in crate::client) enum Awaited {
    Result(Box<dyn AwaitedResult>),
    Stream(Arc<dyn AwaitedStream>),
}

/// The place where a call's result is put.
pub(in crate::client) trait AwaitedResult: Send {
    /// Gives the value its type and hands it over; `None`: the answer holds no value.
    fn settle(self: Box<Self>, outcome: Result<Option<&RawValue<'_>>, InvokeError>);
}

impl<R: DeserializeOwned + Send + 'static> AwaitedResult
    for oneshot::Sender<Result<R, InvokeError>>
{
    fn settle(self: Box<Self>, outcome: Result<Option<&RawValue<'_>>, InvokeError>) {
        // Whoever does not wait any more needs no answer.
        let _ = self.send(outcome.and_then(|value| {
            let decoded = match value {
                Some(value) if !is_unit::<R>() => value.decode(),
                // As in the reference, a caller that wants no value ignores what comes.
                _ => RawValue::new(HubProtocol::Json, b"null").decode(),
            };
            decoded.map_err(InvokeError::Decode)
        }));
    }
}

fn is_unit<R: 'static>() -> bool {
    TypeId::of::<R>() == TypeId::of::<()>()
}

/// The place where the items of a call's stream are put.
pub(in crate::client) trait AwaitedStream: Send + Sync {
    /// Adds an item: how many wait now. `None`: nobody reads any more.
    fn push(&self, item: &RawValue<'_>) -> Result<Option<usize>, DecodeError>;

    /// Ready when fewer than `count` items wait, or nobody reads any more.
    fn poll_fewer(&self, cx: &mut Context<'_>, count: usize) -> Poll<()>;

    /// Whether somebody waits for an item.
    fn is_awaited(&self) -> bool;

    fn end(&self, end: Result<(), InvokeError>);
}

impl<T: DeserializeOwned + Send + 'static> AwaitedStream for QueueWriter<T, InvokeError> {
    fn push(&self, item: &RawValue<'_>) -> Result<Option<usize>, DecodeError> {
        Ok(Self::push(self, item.decode()?))
    }

    fn poll_fewer(&self, cx: &mut Context<'_>, count: usize) -> Poll<()> {
        Self::poll_fewer(self, cx, count)
    }

    fn is_awaited(&self) -> bool {
        Self::is_awaited(self)
    }

    fn end(&self, end: Result<(), InvokeError>) {
        Self::end(self, end);
    }
}
