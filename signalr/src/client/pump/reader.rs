use std::sync::Arc;
use std::task::Context;
use std::time::Duration;

use super::clock::Clock;
use super::handling::Handling;
use super::receiving::{Acknowledge, Receiving};
use crate::client::calls::{Arrived, AwaitedStream};
use crate::client::handlers::Handlers;
use crate::client::metrics;
use crate::client::session::Session;
use crate::client::settings::Settings;
use crate::connection::Link;
use crate::error::{CloseReason, InvokeError};
use crate::protocol::{Completion, Invocation, Message, ProtocolError, StreamItem};

/// How many calls of the server wait for their handlers before reading stops.
const HANDLING_CAPACITY: usize = 100;

/// How many times a capacity may be exceeded as long as somebody waits for what is behind it: a
/// handler, or the reader of a stream, may be the one who waits.
const PATIENCE: usize = 100;

/// How long arrived messages may wait to be acknowledged.
const ACKNOWLEDGE_WITHIN: Duration = Duration::from_secs(1);

/// Reads the server's messages in their order and gives them to those who wait for them.
pub(super) struct Reader {
    session: Arc<Session>,
    handlers: Arc<Handlers>,
    stream_capacity: usize,
    /// How many bytes a message may have.
    size_limit: usize,
    /// A stream that is not read as fast as it comes.
    full: Option<(u64, Arc<dyn AwaitedStream>)>,
    is_held_up: bool,
    /// With stateful reconnect.
    receiving: Option<Receiving>,
}

impl Reader {
    pub(super) fn new(
        session: Arc<Session>,
        handlers: Arc<Handlers>,
        settings: &Settings,
        is_stateful: bool,
    ) -> Self {
        Self {
            session,
            handlers,
            stream_capacity: settings.stream_buffer_capacity,
            size_limit: settings.maximum_receive_message_size,
            full: None,
            is_held_up: false,
            receiving: is_stateful.then(Receiving::default),
        }
    }

    /// Reads until the input is used up or somebody has to read first; whether any message came.
    pub(super) fn poll_messages(
        &mut self,
        cx: &mut Context<'_>,
        link: &mut Link,
        handling: &mut Handling,
        clock: &mut Clock,
    ) -> Result<bool, CloseReason> {
        let mut heard = false;
        while !self.poll_held_up(cx, handling, clock) && self.read_next(link, handling)? {
            heard = true;
            if self.session.is_stop_requested() {
                break;
            }
        }
        if heard {
            clock.heard();
        }
        match self.receiving.as_ref().map(Receiving::acknowledge) {
            None | Some(Acknowledge::Nothing) => {}
            Some(Acknowledge::Soon) => clock.acknowledge(ACKNOWLEDGE_WITHIN),
            Some(Acknowledge::Now) => clock.acknowledge(Duration::ZERO),
        }
        if self.is_held_up && self.session.outbound.waits_for_acknowledgement() {
            self.look_for_acknowledgements(link)?;
        }
        Ok(heard)
    }

    /// Finds acknowledgements behind messages that have to wait.
    fn look_for_acknowledgements(&self, link: &mut Link) -> Result<(), CloseReason> {
        let Session {
            protocol, outbound, ..
        } = &*self.session;
        while let Some(body) = link
            .look_ahead(*protocol, Some(self.size_limit))
            .map_err(|error| self.bad_frame(error))?
        {
            if let Ok(Message::Ack(id)) = protocol.parse(body) {
                outbound.acknowledged(id);
            }
        }
        Ok(())
    }

    /// Tells the server what has arrived.
    pub(super) fn acknowledge(&mut self, clock: &mut Clock) {
        clock.acknowledged();
        // What was lost with the transport is told over the next one.
        let due = self.receiving.as_mut().and_then(Receiving::due);
        if let Some(id) = due {
            let mut message = Vec::with_capacity(32);
            self.session.protocol.write_ack(&mut message, id);
            self.session.outbound.force(&message);
        }
    }

    /// There is a new transport.
    pub(super) fn resumed(&mut self) {
        if let Some(receiving) = &mut self.receiving {
            receiving.resumed();
        }
    }

    /// Reads all that is left, whether anybody has room for it or not: it is not much.
    pub(super) fn read_rest(
        &mut self,
        link: &mut Link,
        handling: &mut Handling,
    ) -> Result<(), CloseReason> {
        while self.read_next(link, handling)? {}
        Ok(())
    }

    /// Whether a message waits until somebody has read what came before it.
    pub(super) fn is_held_up(&self) -> bool {
        self.is_held_up
    }

    /// Fails who has held up others for too long.
    pub(super) fn resolve_standstill(&mut self) -> Result<(), CloseReason> {
        let Some((id, _)) = self.full.take() else {
            return Err(CloseReason::HandlersTooSlow);
        };
        if self.session.calls.fail(id, InvokeError::Overrun) {
            self.session.cancel(id);
        }
        Ok(())
    }

    fn poll_held_up(
        &mut self,
        cx: &mut Context<'_>,
        handling: &Handling,
        clock: &mut Clock,
    ) -> bool {
        let is_crowded = handling.len() >= HANDLING_CAPACITY;
        if self.full.is_none() && !is_crowded {
            self.is_held_up = false;
            clock.hold(false, false);
            return false;
        }
        let blocking = self.session.calls.is_awaited();
        let times = if blocking { PATIENCE } else { 1 };
        if let Some((_, stream)) = &self.full {
            let limit = self.stream_capacity.saturating_mul(times);
            if stream.poll_fewer(cx, limit).is_ready() {
                self.full = None;
            }
        }
        self.is_held_up = self.full.is_some() || handling.len() >= HANDLING_CAPACITY * times;
        clock.hold(self.is_held_up, blocking);
        self.is_held_up
    }

    /// Reads one message; `false` if there is no whole one.
    fn read_next(&mut self, link: &mut Link, handling: &mut Handling) -> Result<bool, CloseReason> {
        let protocol = self.session.protocol;
        let frame = link.next_frame(protocol, Some(self.size_limit));
        let Some(body) = frame.map_err(|error| self.bad_frame(error))? else {
            return Ok(false);
        };
        let bytes = link.lend();
        let length = body.len();
        let read = match protocol.parse(&bytes[body]) {
            Ok(message) => self.admit(&message, length, handling),
            Err(error) => Err(CloseReason::Protocol(error)),
        };
        link.restore(bytes);
        read.map(|()| true)
    }

    fn bad_frame(&self, error: ProtocolError) -> CloseReason {
        let limit = self.size_limit;
        if error.is_too_large(limit) {
            CloseReason::MessageTooLarge { limit }
        } else {
            CloseReason::Protocol(error)
        }
    }

    fn admit(
        &mut self,
        message: &Message<'_>,
        length: usize,
        handling: &mut Handling,
    ) -> Result<(), CloseReason> {
        let is_wanted = match &mut self.receiving {
            Some(receiving) => receiving.admits(message, length, &self.session.outbound)?,
            None => true,
        };
        if is_wanted {
            self.read(message, handling)?;
        }
        Ok(())
    }

    fn read(&mut self, message: &Message<'_>, handling: &mut Handling) -> Result<(), CloseReason> {
        match message {
            Message::Invocation(invocation) => self.invocation(invocation, handling),
            Message::StreamItem(item) => self.item(item),
            Message::Completion(completion) => self.completion(completion),
            Message::Close(close) => {
                return Err(CloseReason::Server {
                    error: close.error.as_deref().map(str::to_owned),
                    allow_reconnect: close.allow_reconnect,
                });
            }
            Message::Ping
            | Message::CancelInvocation(_)
            | Message::Ack(_)
            | Message::Sequence(_) => {}
            Message::Unknown(number) => {
                metrics::dropped("unknown_type");
                tracing::debug!(number, "skipped a message of an unknown type");
            }
        }
        Ok(())
    }

    fn invocation(&self, invocation: &Invocation<'_>, handling: &mut Handling) {
        let call = self
            .handlers
            .bind(&invocation.target, &invocation.arguments);
        match &invocation.invocation_id {
            None => handling.notice(call),
            Some(id) => handling.question(call, &self.session, id),
        }
    }

    fn item(&mut self, item: &StreamItem<'_>) {
        let Some(id) = own_id(&item.invocation_id) else {
            return;
        };
        match self.session.calls.item(id, &item.item) {
            Arrived::Taken(stream, waiting) if waiting >= self.stream_capacity => {
                self.full = Some((id, stream));
            }
            Arrived::Taken(..) => {}
            Arrived::Refused => self.session.cancel(id),
            Arrived::Ignored => {
                metrics::dropped("unknown_invocation");
                tracing::debug!(id, "ignored an item that nobody waits for");
            }
        }
    }

    fn completion(&self, completion: &Completion<'_>) {
        let Some(id) = own_id(&completion.invocation_id) else {
            return;
        };
        if !self.session.calls.complete(id, &completion.outcome) {
            metrics::dropped("unknown_invocation");
            tracing::debug!(id, "ignored a completion that nobody waits for");
        }
    }
}

/// The number in an id that this client has given.
fn own_id(id: &str) -> Option<u64> {
    let number = id.parse().ok();
    if number.is_none() {
        metrics::dropped("unknown_invocation");
        tracing::debug!(id, "ignored an answer to a call that was never made");
    }
    number
}
