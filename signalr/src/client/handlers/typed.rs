use std::marker::PhantomData;
use std::sync::Arc;

use super::{Handler, HandlerArguments, IntoAnswer};
use crate::contract::AnswerFuture;
use crate::protocol::{BindError, RawArguments};

/// A handler apart from its types.
pub(in crate::client) trait AnyHandler: Send + Sync {
    /// Reads the arguments; the handler runs when the future is first polled.
    fn bind(&self, arguments: &RawArguments<'_>) -> Result<AnswerFuture, BindError>;
}

/// A handler with its types.
pub(in crate::client) struct Typed<H, Arguments, Kind, When> {
    handler: Arc<H>,
    types: PhantomData<fn(Arguments) -> (Kind, When)>,
}

impl<H, Arguments, Kind, When> Typed<H, Arguments, Kind, When> {
    pub(in crate::client) fn new(handler: H) -> Self {
        Self {
            handler: Arc::new(handler),
            types: PhantomData,
        }
    }
}

impl<H, Arguments, Kind, When> AnyHandler for Typed<H, Arguments, Kind, When>
where
    H: Handler<Arguments>,
    H::Output: IntoAnswer<Kind, When>,
    Arguments: HandlerArguments,
{
    fn bind(&self, arguments: &RawArguments<'_>) -> Result<AnswerFuture, BindError> {
        let arguments = Arguments::read(arguments)?;
        let handler = Arc::clone(&self.handler);
        Ok(Box::pin(async move {
            handler.call(arguments).into_answer().await
        }))
    }
}
