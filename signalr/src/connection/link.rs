use std::future::{Future, poll_fn};
use std::ops::Range;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use tokio::task::coop::{has_budget_remaining, unconstrained};

use super::Outbound;
use crate::protocol::{Frame, FrameReader, HubProtocol, ProtocolError, TransferFormat};
use crate::transport::{Ending, Received, Transport, TransportError, TransportKind};

/// How many payloads are sent before other tasks have their turn.
const PAYLOADS_AT_ONCE: usize = 16;

/// A transport with the bytes that have arrived and not yet been read as messages.
pub(crate) struct Link {
    transport: Box<dyn Transport>,
    inbound: Vec<u8>,
    /// Where in `inbound` the next message begins.
    at: usize,
    frames: FrameReader,
    ahead: Ahead,
    /// Bytes of the payload under way.
    sending: usize,
    /// The transport has something that the peer has not taken yet.
    is_sending: bool,
    /// How often it had, and the peer then took it.
    taken: u64,
    /// There is no transport now.
    is_detached: bool,
}

/// How far messages were looked at before their turn.
#[derive(Default)]
struct Ahead {
    /// Where the next such message begins.
    at: usize,
    frames: FrameReader,
}

/// What [`Link::poll_fill`] found.
pub(crate) enum Fill {
    Data,
    Closed,
    Dismissed,
    Lost(TransportError),
}

impl From<Result<Received, TransportError>> for Fill {
    fn from(received: Result<Received, TransportError>) -> Self {
        match received {
            Ok(Received::Data) => Self::Data,
            Ok(Received::Closed) => Self::Closed,
            Ok(Received::Dismissed) => Self::Dismissed,
            Err(error) => Self::Lost(error),
        }
    }
}

impl Link {
    pub(crate) fn new(transport: Box<dyn Transport>) -> Self {
        Self {
            transport,
            inbound: Vec::new(),
            at: 0,
            frames: FrameReader::default(),
            ahead: Ahead::default(),
            sending: 0,
            is_sending: false,
            taken: 0,
            is_detached: false,
        }
    }

    pub(crate) fn kind(&self) -> TransportKind {
        self.transport.kind()
    }

    /// Bytes that have arrived and not been read as a message.
    pub(crate) fn unread(&self) -> usize {
        self.inbound.len() - self.at
    }

    /// Takes in what has arrived.
    pub(crate) fn poll_fill(&mut self, cx: &mut Context<'_>) -> Poll<Fill> {
        // Where messages wait to be worked on, the buffer never runs empty: what has been read of
        // it goes once it is the larger part.
        if self.at > self.unread() {
            self.forget_read();
        }
        self.transport
            .poll_receive(cx, &mut self.inbound)
            .map(Fill::from)
    }

    /// Notices the connection's end where nothing more can be taken in; never finds data.
    pub(crate) fn poll_end(&mut self, cx: &mut Context<'_>) -> Poll<Fill> {
        self.transport.poll_end(cx).map(Fill::from)
    }

    /// The next whole message among what has arrived: its body's place in [`bytes`](Self::bytes).
    pub(crate) fn next_frame(
        &mut self,
        protocol: HubProtocol,
        limit: Option<usize>,
    ) -> Result<Option<Range<usize>>, ProtocolError> {
        let frame = self
            .frames
            .next(protocol, &self.inbound[self.at..], limit)?;
        Ok(self.consume(frame))
    }

    /// The handshake, once it is whole.
    pub(crate) fn next_handshake(
        &mut self,
        limit: Option<usize>,
    ) -> Result<Option<Range<usize>>, ProtocolError> {
        let frame = self
            .frames
            .next_handshake(&self.inbound[self.at..], limit)?;
        Ok(self.consume(frame))
    }

    /// The next whole message behind those that were looked at before, whose turn has not come.
    pub(crate) fn look_ahead(
        &mut self,
        protocol: HubProtocol,
        limit: Option<usize>,
    ) -> Result<Option<&[u8]>, ProtocolError> {
        let Self {
            inbound, at, ahead, ..
        } = self;
        if ahead.at < *at {
            *ahead = Ahead {
                at: *at,
                frames: FrameReader::default(),
            };
        }
        let from = ahead.at;
        let frame = ahead.frames.next(protocol, &inbound[from..], limit)?;
        Ok(frame.map(|Frame { body, consumed }| {
            ahead.at += consumed;
            &inbound[from + body.start..from + body.end]
        }))
    }

    /// The transport is lost: whole messages that came over it are still read.
    pub(crate) fn detach(&mut self, outbound: &Outbound) {
        self.transport = Box::new(Detached(self.transport.kind()));
        self.is_detached = true;
        self.sending = 0;
        self.taken += u64::from(std::mem::take(&mut self.is_sending));
        outbound.suspend();
    }

    /// Goes on over another transport. What has not been read is forgotten, since it comes again.
    pub(crate) fn attach(&mut self, transport: Box<dyn Transport>) {
        self.transport = transport;
        self.is_detached = false;
        self.inbound = Vec::new();
        self.at = 0;
        self.frames = FrameReader::default();
        self.ahead = Ahead::default();
    }

    fn consume(&mut self, frame: Option<Frame>) -> Option<Range<usize>> {
        match frame {
            Some(Frame { body, consumed }) => {
                let body = self.at + body.start..self.at + body.end;
                self.at += consumed;
                Some(body)
            }
            None => {
                self.forget_read();
                if self.inbound.is_empty() {
                    // An idle connection holds no buffer.
                    self.inbound = Vec::new();
                }
                None
            }
        }
    }

    fn forget_read(&mut self) {
        self.inbound.drain(..self.at);
        self.ahead.at = self.ahead.at.saturating_sub(self.at);
        self.at = 0;
    }

    /// Lends the bytes out while a message among them is worked on; give them back with
    /// [`restore`](Self::restore).
    pub(crate) fn lend(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.inbound)
    }

    pub(crate) fn restore(&mut self, bytes: Vec<u8>) {
        self.inbound = bytes;
    }

    /// Sends what is queued, in as few payloads as the transport's pace allows; ready when the
    /// queue is empty and all is sent.
    pub(crate) fn poll_drain(
        &mut self,
        cx: &mut Context<'_>,
        outbound: &Arc<Outbound>,
        protocol: HubProtocol,
    ) -> Poll<Result<(), TransportError>> {
        if self.is_detached {
            return Poll::Pending;
        }
        for _ in 0..PAYLOADS_AT_ONCE {
            // Also with no payload under way: the transport may have something of its own to send.
            let mut flushed = self.transport.poll_flush(cx);
            if flushed.is_pending() && !has_budget_remaining() {
                flushed = self.flush_beyond_budget(cx);
            }
            let was_sending = std::mem::replace(&mut self.is_sending, flushed.is_pending());
            if was_sending != self.is_sending {
                outbound.stuck(self.is_sending);
            }
            ready!(flushed)?;
            self.taken += u64::from(was_sending);
            if self.sending > 0 {
                outbound.written(std::mem::take(&mut self.sending));
            }
            let Some(payload) = outbound.drain() else {
                return Poll::Ready(Ok(()));
            };
            tracing::trace!(payload = %payload.escape_ascii(), "sending");
            self.sending = payload.len();
            self.transport
                .start_send(payload, protocol.transfer_format());
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }

    /// Whatever else the task has done in its turn must not keep it from writing.
    #[cold]
    fn flush_beyond_budget(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), TransportError>> {
        let flush = poll_fn(|cx| self.transport.poll_flush(cx));
        pin!(unconstrained(flush)).poll(cx)
    }

    /// Whether something is under way that the peer has not taken yet.
    pub(crate) fn is_sending(&self) -> bool {
        self.is_sending
    }

    /// The number of what is under way, unlike that of everything before it; never 0.
    pub(crate) fn under_way(&self) -> Option<u64> {
        self.is_sending.then_some(self.taken + 1)
    }

    pub(crate) fn poll_close(&mut self, cx: &mut Context<'_>, ending: Ending) -> Poll<()> {
        self.transport.poll_close(cx, ending)
    }
}

/// Stands for a transport between two.
struct Detached(TransportKind);

impl Transport for Detached {
    fn kind(&self) -> TransportKind {
        self.0
    }

    fn poll_receive(
        &mut self,
        _: &mut Context<'_>,
        _: &mut Vec<u8>,
    ) -> Poll<Result<Received, TransportError>> {
        Poll::Pending
    }

    fn start_send(&mut self, _: Bytes, _: TransferFormat) {}

    fn poll_flush(&mut self, _: &mut Context<'_>) -> Poll<Result<(), TransportError>> {
        Poll::Pending
    }

    fn poll_close(&mut self, _: &mut Context<'_>, _: Ending) -> Poll<()> {
        Poll::Ready(())
    }
}

#[cfg(all(test, feature = "testing"))]
mod tests {
    use std::future::poll_fn;

    use super::*;
    use crate::connection::Room;
    use crate::transport::memory;

    #[tokio::test]
    async fn a_buffer_that_never_runs_empty_stays_small() {
        const ROOM: usize = 1000;
        let (mut near, far) = memory::pair();
        near.faults().pieces(Some(100));
        let mut link = Link::new(Box::new(far));
        for _ in 0..1000 {
            near.start_send("{\"type\":6}\u{1e}".repeat(20).into(), TransferFormat::Text);
            poll_fn(|cx| near.poll_flush(cx)).await.expect("room");
            while link.unread() < ROOM
                && poll_fn(|cx| Poll::Ready(link.poll_fill(cx)))
                    .await
                    .is_ready()
            {}
            for _ in 0..20 {
                if link.unread() < ROOM / 2 {
                    break;
                }
                let frame = link.next_frame(HubProtocol::Json, None);
                assert!(frame.expect("pings").is_some());
            }
        }
        assert!(
            link.inbound.len() <= 3 * ROOM,
            "{} bytes",
            link.inbound.len()
        );
    }

    #[tokio::test]
    async fn what_is_under_way_has_a_number_of_its_own() {
        let (near, mut far) = memory::pair();
        let outbound = Arc::new(Outbound::new(Room::bytes(0)));
        let mut link = Link::new(Box::new(near));
        let mut numbers = Vec::new();
        for _ in 0..3 {
            // More than the transport holds.
            outbound.push_now(&[0; 100_000]);
            let pending = poll_fn(|cx| {
                Poll::Ready(
                    link.poll_drain(cx, &outbound, HubProtocol::Json)
                        .is_pending(),
                )
            });
            assert!(pending.await);
            numbers.extend(link.under_way());
            let mut taken = Vec::new();
            while taken.len() < 100_000 {
                poll_fn(|cx| far.poll_receive(cx, &mut taken))
                    .await
                    .expect("bytes");
                let _ =
                    poll_fn(|cx| Poll::Ready(link.poll_drain(cx, &outbound, HubProtocol::Json)))
                        .await;
            }
            assert_eq!(link.under_way(), None);
        }
        assert_eq!(numbers, [1, 2, 3]);
    }

    #[tokio::test]
    async fn messages_are_looked_at_ahead_once_and_read_in_their_turn() {
        const LIMIT: Option<usize> = None;
        let json = HubProtocol::Json;
        let (mut near, far) = memory::pair();
        let mut link = Link::new(Box::new(far));
        let ahead = |link: &mut Link| {
            link.look_ahead(json, LIMIT)
                .expect("whole")
                .map(<[u8]>::to_vec)
        };
        let read = |link: &mut Link| {
            let body = link.next_frame(json, LIMIT).expect("a message")?;
            let bytes = link.lend();
            let message = bytes[body].to_vec();
            link.restore(bytes);
            Some(message)
        };
        near.start_send("one\u{1e}two\u{1e}thr".into(), TransferFormat::Text);
        poll_fn(|cx| near.poll_flush(cx)).await.expect("room");
        poll_fn(|cx| link.poll_fill(cx)).await;
        assert_eq!(ahead(&mut link).as_deref(), Some(&b"one"[..]));
        assert_eq!(ahead(&mut link).as_deref(), Some(&b"two"[..]));
        assert_eq!(ahead(&mut link), None);
        assert_eq!(read(&mut link).as_deref(), Some(&b"one"[..]));
        assert_eq!(ahead(&mut link), None);
        near.start_send("ee\u{1e}four\u{1e}".into(), TransferFormat::Text);
        poll_fn(|cx| near.poll_flush(cx)).await.expect("room");
        poll_fn(|cx| link.poll_fill(cx)).await;
        assert_eq!(ahead(&mut link).as_deref(), Some(&b"three"[..]));
        for message in ["two", "three", "four"] {
            assert_eq!(read(&mut link).as_deref(), Some(message.as_bytes()));
        }
        assert_eq!((read(&mut link), ahead(&mut link)), (None, None));
    }

    #[tokio::test]
    async fn a_message_cut_off_with_its_transport_is_forgotten() {
        let json = HubProtocol::Json;
        let outbound = Outbound::new(Room::bytes(0));
        let (mut near, far) = memory::pair();
        let mut link = Link::new(Box::new(far));
        near.start_send("one\u{1e}tw".into(), TransferFormat::Text);
        poll_fn(|cx| near.poll_flush(cx)).await.expect("room");
        poll_fn(|cx| link.poll_fill(cx)).await;
        link.detach(&outbound);
        assert_eq!(link.next_frame(json, None).expect("a message"), Some(0..3));
        assert_eq!(link.next_frame(json, None).expect("no fault"), None);
        let (mut near, far) = memory::pair();
        link.attach(Box::new(far));
        near.start_send("two\u{1e}".into(), TransferFormat::Text);
        poll_fn(|cx| near.poll_flush(cx)).await.expect("room");
        poll_fn(|cx| link.poll_fill(cx)).await;
        assert_eq!(link.next_frame(json, None).expect("a message"), Some(0..3));
    }
}
