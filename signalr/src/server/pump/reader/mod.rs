mod invocation;
mod message;

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll};

use futures_util::stream::FuturesUnordered;

use crate::connection::Link;
use crate::error::ConnectionError;
use crate::protocol::Message;
use crate::server::connection::Connection;
use crate::server::dispatch::{Accepted, CallState, Uploads};
use crate::server::end::End;
use crate::server::running::Running;
use crate::server::runtime::{HubRuntime, Ready};
use crate::server::{EndpointOptions, HubOptions};

/// Reads a connection's messages in their order and starts what they ask for.
pub(super) struct Reader {
    limit: Option<usize>,
    room: usize,
    detailed: bool,
    maximum_active: usize,
    blocked: Option<Blocked>,
    /// How many messages may still be read in this turn.
    left: usize,
    /// The turn was over before all was read.
    has_more: bool,
    pub(super) uploads: Uploads,
    streams: Active,
    calls: Active,
}

/// How many messages of one connection are read before other tasks have their turn.
const MESSAGES_AT_ONCE: usize = 64;

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
            maximum_active: options.maximum_active_invocations_per_client,
            blocked: None,
            left: MESSAGES_AT_ONCE,
            has_more: false,
            uploads: Uploads::default(),
            streams: Active::new(),
            calls: Active::new(),
        }
    }

    /// Whether more may be taken in now.
    pub(super) fn has_room(&self, link: &Link) -> bool {
        link.unread() < self.room
    }

    pub(super) fn begin_turn(&mut self) {
        self.left = MESSAGES_AT_ONCE;
    }

    /// Whether the turn was over before all was read.
    pub(super) fn has_more(&self) -> bool {
        self.has_more
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
        self.has_more = false;
        if self.blocked.is_some() {
            if !self.poll_blocked(cx, connection, running) {
                return Ok(self.look_ahead(link, connection));
            }
            connection.pulse.blocked.store(false, Ordering::Relaxed);
            worked = true;
        }
        // Who does not read answers gets no more of them.
        while !connection.outbound.is_full() {
            if self.left == 0 || connection.turn_is_over() {
                self.has_more = true;
                break;
            }
            let Some(body) = link.next_frame(connection.protocol(), self.limit)? else {
                break;
            };
            worked = true;
            self.left -= 1;
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
}

/// The input ended inside a message.
pub(super) fn cut_off() -> ConnectionError {
    ConnectionError::new(
        "InvalidDataException",
        "Connection terminated while reading a message.",
    )
}
