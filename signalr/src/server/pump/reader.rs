use std::collections::HashMap;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll};

use futures_util::stream::FuturesUnordered;

use crate::connection::Link;
use crate::error::{ConnectionError, StreamError};
use crate::protocol::{
    CancelInvocation, Completion, CompletionOutcome, HubProtocol, Invocation, Message, Outcome,
    StreamItem,
};
use crate::server::connection::Connection;
use crate::server::core::{Bound, HubRuntime, Ready};
use crate::server::dispatch::{Accepted, CallState, Uploads};
use crate::server::end::End;
use crate::server::lifetime::{Answered, RawAnswer};
use crate::server::metrics;
use crate::server::running::{Running, panicked};
use crate::server::{EndpointOptions, HubOptions};

/// Reads a connection's messages in their order and starts what they ask for.
pub(super) struct Reader {
    limit: Option<usize>,
    room: usize,
    detailed: bool,
    blocked: Option<Blocked>,
    pub(super) uploads: Uploads,
    streams: Active,
    calls: Active,
}

/// The calls under way that have an id. A stream and a plain call may have the same one.
type Active = HashMap<Box<str>, Arc<CallState>>;

/// The message at the head that has to wait; nothing behind it is read meanwhile.
enum Blocked {
    /// All permits are taken.
    Call(Ready),
    /// The stream's queue is full.
    Item(Box<str>),
}

/// What a message led to.
enum Step {
    Next,
    Wait(Blocked),
    End(End),
}

impl Reader {
    pub(super) fn new(options: &HubOptions, endpoint: &EndpointOptions, is_stateful: bool) -> Self {
        let room = match endpoint.application_max_buffer_size {
            0 => usize::MAX,
            bytes => bytes,
        };
        Self {
            limit: options.maximum_receive_message_size,
            // An Ack that senders wait for comes at the latest behind all that the client may send
            // without one from here.
            room: if is_stateful {
                room.saturating_add(options.stateful_reconnect_buffer_size)
                    .saturating_add(options.maximum_receive_message_size.unwrap_or_default())
            } else {
                room
            },
            detailed: options.enable_detailed_errors,
            blocked: None,
            uploads: Uploads::default(),
            streams: Active::new(),
            calls: Active::new(),
        }
    }

    /// Whether more may be taken in now.
    pub(super) fn has_room(&self, link: &Link) -> bool {
        link.unread() < self.room
    }

    pub(super) fn poll_messages(
        &mut self,
        cx: &mut Context<'_>,
        link: &mut Link,
        hub: &Arc<dyn HubRuntime>,
        connection: &Arc<Connection>,
        running: &mut FuturesUnordered<Running>,
    ) -> Result<bool, End> {
        let mut worked = false;
        if self.blocked.is_some() {
            if !self.poll_blocked(cx, connection, running) {
                return Ok(self.look_ahead(link, connection));
            }
            connection.pulse.blocked.store(false, Ordering::Relaxed);
            worked = true;
        }
        // Who does not read answers gets no more of them.
        while !connection.outbound.is_full()
            && let Some(body) = link.next_frame(connection.protocol(), self.limit)?
        {
            worked = true;
            let bytes = link.lend();
            tracing::trace!(message = %bytes[body.clone()].escape_ascii(), "received");
            let step = match connection.protocol().parse(&bytes[body]) {
                Ok(message) if connection.has_had(&message) => Step::Next,
                Ok(message) => self.read(cx, &message, hub, connection, running),
                Err(error) => Step::End(error.into()),
            };
            link.restore(bytes);
            match step {
                Step::Next => {}
                Step::Wait(blocked) => {
                    self.blocked = Some(blocked);
                    connection.pulse.blocked.store(true, Ordering::Relaxed);
                    break;
                }
                Step::End(end) => return Err(end),
            }
            if let Some(end) = connection.requested_end() {
                return Err(end);
            }
        }
        if worked {
            connection.pulse.heard.store(true, Ordering::Relaxed);
        }
        Ok(worked | self.look_ahead(link, connection))
    }

    /// Looks for acknowledgements behind messages whose turn has not come: what holds these up may
    /// wait for room, and room may wait for an acknowledgement.
    fn look_ahead(&self, link: &mut Link, connection: &Connection) -> bool {
        let mut found = false;
        while connection.receipts.is_some()
            && connection.outbound.waits_for_acknowledgement()
            && let Ok(Some(message)) = link.look_ahead(connection.protocol(), self.limit)
        {
            connection.pulse.heard.store(true, Ordering::Relaxed);
            if let Ok(Message::Ack(id)) = connection.protocol().parse(message) {
                found |= connection.outbound.acknowledged(id);
            }
        }
        found
    }

    /// Whether a message waits at the head.
    pub(super) fn is_blocked(&self) -> bool {
        self.blocked.is_some()
    }

    /// Forgets a call that has ended.
    pub(super) fn call_ended(&mut self, state: &Arc<CallState>) {
        state.give_permit_back();
        self.uploads.release(state);
        let Some(id) = state.invocation_id() else {
            return;
        };
        for active in [&mut self.streams, &mut self.calls] {
            if active.get(id).is_some_and(|own| Arc::ptr_eq(own, state)) {
                active.remove(id);
            }
        }
    }

    fn poll_blocked(
        &mut self,
        cx: &mut Context<'_>,
        connection: &Arc<Connection>,
        running: &mut FuturesUnordered<Running>,
    ) -> bool {
        match self.blocked.take() {
            None => true,
            Some(Blocked::Call(ready)) => {
                if connection.take_permit() {
                    ready.state.permit_taken();
                    self.start(cx, ready, running);
                    true
                } else {
                    self.blocked = Some(Blocked::Call(ready));
                    false
                }
            }
            Some(Blocked::Item(id)) => {
                let accepted = match self.uploads.get(&id) {
                    None => return true,
                    Some(sink) => sink.poll_held(cx),
                };
                match accepted {
                    Poll::Pending => {
                        self.blocked = Some(Blocked::Item(id));
                        return false;
                    }
                    Poll::Ready(Accepted::Over) => drop(self.uploads.remove(&id)),
                    Poll::Ready(_) => {}
                }
                true
            }
        }
    }

    fn read(
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

    fn invocation(
        &mut self,
        cx: &mut Context<'_>,
        invocation: &Invocation<'_>,
        hub: &Arc<dyn HubRuntime>,
        connection: &Arc<Connection>,
        running: &mut FuturesUnordered<Running>,
    ) -> Step {
        if invocation.streaming
            && let Some(id) = &invocation.invocation_id
            && self.streams.contains_key(&**id)
        {
            let text = format!("Invocation ID '{id}' is already in use.");
            refuse(connection, Some(id), &text);
            return Step::Next;
        }
        let id = invocation.invocation_id.as_deref();
        // The types of the arguments are the application's, and so is the code that reads them.
        let bound = catch_unwind(AssertUnwindSafe(|| {
            Arc::clone(hub).bind(connection, invocation, &mut self.uploads)
        }));
        let bound = match bound {
            Ok(bound) => bound,
            Err(panic) => {
                let target = &invocation.target;
                let error = panicked(&*panic);
                tracing::error!(%target, %error, "reading the arguments failed");
                let base = format!("Failed to invoke '{target}' due to an error on the server.");
                refuse(connection, id, &error.describe(&base, self.detailed));
                return Step::Next;
            }
        };
        match bound {
            Bound::UnknownMethod => {
                let target = &invocation.target;
                tracing::debug!(%target, "unknown hub method");
                let text = format!(
                    "Failed to invoke '{target}' due to an error on the server. HubException: Method does not exist."
                );
                refuse(connection, id, &text);
                Step::Next
            }
            Bound::Unbound { method, error } => {
                tracing::debug!(method, %error, "arguments do not fit");
                let base = format!("Failed to invoke '{method}' due to an error on the server.");
                let text = if self.detailed {
                    format!("{base} {}: {error}", error.kind())
                } else {
                    base
                };
                refuse(connection, id, &text);
                Step::Next
            }
            Bound::Ready(ready) if ready.counts && !connection.take_permit() => {
                Step::Wait(Blocked::Call(ready))
            }
            Bound::Ready(ready) => {
                if ready.counts {
                    ready.state.permit_taken();
                }
                self.start(cx, ready, running);
                Step::Next
            }
        }
    }

    /// Runs a call to its first wait; most end there.
    fn start(
        &mut self,
        cx: &mut Context<'_>,
        ready: Ready,
        running: &mut FuturesUnordered<Running>,
    ) {
        let mut call = Running::new(ready);
        match Pin::new(&mut call).poll(cx) {
            Poll::Ready(state) => self.call_ended(&state),
            Poll::Pending => {
                if let Some(id) = call.state().invocation_id() {
                    let active = if call.state().is_streaming() {
                        &mut self.streams
                    } else {
                        &mut self.calls
                    };
                    active.insert(id.into(), Arc::clone(call.state()));
                }
                running.push(call);
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

/// Answers a call that does not begin. It need not wait for room, since nothing is read while the
/// queue is full.
fn refuse(connection: &Arc<Connection>, id: Option<&str>, text: &str) {
    let Some(id) = id else {
        return;
    };
    let protocol: HubProtocol = connection.protocol();
    let mut bytes = Vec::with_capacity(text.len() + 64);
    if protocol
        .write_completion(&mut bytes, id, Outcome::Error(text))
        .is_ok()
    {
        connection.outbound.push_now(&bytes);
    }
}

/// The input ended inside a message.
pub(super) fn cut_off() -> ConnectionError {
    ConnectionError::new(
        "InvalidDataException",
        "Connection terminated while reading a message.",
    )
}
