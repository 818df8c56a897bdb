//! Stateful reconnect, apart from who dials: a connection outlives its transport.
//!
//! Both ends count the messages of types 1 to 5 they send, from 1 on, and never start again. What was
//! sent is kept until the other end acknowledges it, and sent again over the next transport; what
//! arrives twice is dropped by its number. Neither number is on the wire: Ack and Sequence alone carry some.
//!
//! A server and a client do the same:
//!
//! 1. Once stateful reconnect is agreed on, [`Outbound::keep`](super::Outbound::keep) turns the ledger
//!    on, after the handshake was queued and before anything that counts is. There is one [`Receipts`].
//! 2. Each message that [is counted](crate::protocol::Message::is_counted) is given to
//!    [`Receipts::count`], in the order of arrival, also one that nobody waits for; `false` means that
//!    it has been here before and is to be dropped. An Ack goes to
//!    [`Outbound::acknowledged`](super::Outbound::acknowledged), a Sequence to [`Receipts::sequence`].
//!    Acks have to be found even where nothing else is read: senders may be waiting for them
//!    ([`Link::look_ahead`](super::Link::look_ahead)).
//! 3. Once a second [`Receipts::due`] says which Ack is to be written. It goes out with
//!    [`Outbound::push_uncounted`](super::Outbound::push_uncounted), as Pings do.
//! 4. When the transport is lost, and was not closed, [`Link::detach`](super::Link::detach) forgets what
//!    was under way on it. Senders go on until the queue is full. No Ping or Ack is queued meanwhile.
//! 5. Over the next transport, which needs neither negotiation nor handshake,
//!    [`Link::attach`](super::Link::attach) and [`Receipts::resumed`] come first, then
//!    [`Outbound::resume`](super::Outbound::resume) queues the Sequence and all that was not acknowledged.
//!    A server sends its Sequence at once; a client drops what comes before it.

mod ledger;
mod outgoing;
mod receipts;

pub(super) use outgoing::Outgoing;
pub(crate) use receipts::Receipts;
