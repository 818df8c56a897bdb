use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::Context;

use futures_util::stream::FuturesUnordered;

use super::{Blocked, Reader, Step};
use crate::error::{ConnectionError, StreamError};
use crate::protocol::{CancelInvocation, Completion, CompletionOutcome, Message, StreamItem};
use crate::server::connection::Connection;
use crate::server::dispatch::Accepted;
use crate::server::end::End;
use crate::server::lifetime::{Answered, RawAnswer};
use crate::server::metrics;
use crate::server::running::Running;
use crate::server::runtime::HubRuntime;

impl Reader {
    /// Does what a message asks for, or says what it has to wait for.
    pub(super) fn read(
        &mut self,
        cx: &mut Context<'_>,
        message: &Message<'_>,
        hub: &Arc<dyn HubRuntime>,
        connection: &Arc<Connection>,
        running: &mut FuturesUnordered<Running>,
    ) -> Step {
        match message {
            Message::Invocation(invocation) => {
                self.invocation(cx, invocation, hub, connection, running)
            }
            Message::StreamItem(item) => self.item(item),
            Message::Completion(completion) => self.completion(completion, hub, connection),
            Message::CancelInvocation(CancelInvocation { invocation_id, .. }) => {
                let id = &**invocation_id;
                match self.streams.get(id).or_else(|| self.calls.get(id)) {
                    Some(state) => state.cancel(),
                    None => tracing::debug!(id = %invocation_id, "nothing to cancel"),
                }
                Step::Next
            }
            Message::Ping => {
                connection.pulse.armed.store(true, Ordering::Relaxed);
                Step::Next
            }
            Message::Close(close) => {
                Step::End(End::ClientClosed(close.error.as_deref().map(str::to_owned)))
            }
            Message::Ack(id) => {
                connection.outbound.acknowledged(*id);
                Step::Next
            }
            Message::Sequence(id) => match &connection.receipts {
                None => Step::Next,
                Some(receipts) => match receipts.sequence(*id) {
                    Ok(()) => Step::Next,
                    Err(error) => Step::End(End::Failed(ConnectionError::new(
                        "InvalidOperationException",
                        error.to_string(),
                    ))),
                },
            },
            Message::Unknown(number) => {
                metrics::dropped("unknown_type", 1);
                tracing::debug!(number, "skipped a message of an unknown type");
                Step::Next
            }
        }
    }

    fn item(&mut self, item: &StreamItem<'_>) -> Step {
        let id = &*item.invocation_id;
        let Some(sink) = self.uploads.get(id) else {
            if item.item_before_id {
                // The reference cannot type the item and gives up.
                return Step::End(End::Failed(ConnectionError::new(
                    "KeyNotFoundException",
                    format!("No stream with id '{id}' could be found."),
                )));
            }
            metrics::dropped("unknown_stream", 1);
            tracing::debug!(id, "ignored an item of an unknown stream");
            return Step::Next;
        };
        match sink.item(&item.item, self.detailed) {
            Accepted::Taken => Step::Next,
            Accepted::Held => Step::Wait(Blocked::Item(id.into())),
            Accepted::Over => {
                self.uploads.remove(id);
                Step::Next
            }
        }
    }

    fn completion(
        &mut self,
        completion: &Completion<'_>,
        hub: &Arc<dyn HubRuntime>,
        connection: &Arc<Connection>,
    ) -> Step {
        let id = &*completion.invocation_id;
        if let Some(mut sink) = self.uploads.remove(id) {
            sink.end(match &completion.outcome {
                CompletionOutcome::Error(text) => {
                    Err(StreamError::Client(text.as_ref().to_owned()))
                }
                CompletionOutcome::Void | CompletionOutcome::Result(_) => Ok(()),
            });
            return Step::Next;
        }
        let answer = RawAnswer::from(&completion.outcome);
        match hub.lifetime().answer(connection, id, answer) {
            Answered::Taken => Step::Next,
            Answered::Unknown => {
                metrics::dropped("unknown_invocation", 1);
                tracing::debug!(id, "ignored a completion that nobody waits for");
                Step::Next
            }
            Answered::WrongConnection => Step::End(End::Failed(ConnectionError::new(
                "InvalidOperationException",
                format!(
                    "Connection ID '{}' is not valid for invocation ID '{id}'.",
                    connection.id()
                ),
            ))),
        }
    }
}
